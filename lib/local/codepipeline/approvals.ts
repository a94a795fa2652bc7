import { AwsError } from '../kernel/aws-error.ts';
import type { ActionExecution } from './execution.ts';

/** What somebody has decided about a manual approval. */
export interface ApprovalDecision {
  readonly status: 'Approved' | 'Rejected';
  readonly summary: string;
  /** The ARN of who decided. */
  readonly decidedBy: string;
}

/** The manual approvals that wait for a decision. */
export interface Approvals {
  open(action: ActionExecution, token: string, onDecision: (decision: ApprovalDecision) => void): void;
  close(action: ActionExecution): void;
  /** @throws AwsError InvalidApprovalTokenException, ApprovalAlreadyCompletedException */
  decide(action: ActionExecution | undefined, token: string, decision: ApprovalDecision): void;
}

/** Creates the list of waiting approvals, empty. */
export function createApprovals(): Approvals {
  const all = new Map<ActionExecution, { token: string; onDecision?: (decision: ApprovalDecision) => void }>();
  return {
    open: (action, token, onDecision) => all.set(action, { token, onDecision }),
    close(action) {
      delete all.get(action)?.onDecision;
    },
    decide(action, token, decision) {
      const approval = action === undefined ? undefined : all.get(action);
      if (approval === undefined || approval.token !== token) {
        throw new AwsError(
          'InvalidApprovalTokenException',
          'the approval token is not that of the waiting approval: read it from GetPipelineState',
        );
      }
      const { onDecision } = approval;
      if (onDecision === undefined) {
        throw new AwsError('ApprovalAlreadyCompletedException', 'the approval has been decided, or has timed out');
      }
      delete approval.onDecision;
      onDecision(decision);
    },
  };
}
