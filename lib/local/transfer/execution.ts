import type { FileLocation } from './file-location.ts';
import type { StepType, Workflow } from './workflow.ts';

/** The states of an execution. */
export type ExecutionStatus = 'IN_PROGRESS' | 'COMPLETED' | 'EXCEPTION' | 'HANDLING_EXCEPTION';

/** The kinds of error that a step ends with. */
export type StepErrorType =
  | 'PERMISSION_DENIED'
  | 'CUSTOM_STEP_FAILED'
  | 'THROTTLED'
  | 'ALREADY_EXISTS'
  | 'NOT_FOUND'
  | 'BAD_REQUEST'
  | 'TIMEOUT'
  | 'INTERNAL_SERVER_ERROR';

/** How one step ended. */
export interface StepResult {
  readonly stepType: StepType;
  readonly name: string;
  /** JSON text; tag steps only. */
  readonly outputs?: string;
  readonly error?: { readonly type: StepErrorType; readonly message: string };
}

/** Whose upload it was. */
export interface UploadSession {
  readonly serverId: string;
  readonly userName: string;
  readonly sessionId: string;
}

/** One run of a workflow. */
export interface Execution {
  readonly id: string;
  readonly workflow: Workflow;
  readonly roleArn: string;
  readonly initialFile: FileLocation;
  readonly session: UploadSession;
  readonly steps: StepResult[];
  readonly onExceptionSteps: StepResult[];
  status: ExecutionStatus;
}

/** What became of an execution. */
export type ExecutionResult = Pick<Execution, 'status' | 'steps' | 'onExceptionSteps'>;

/** Whether an execution has come to its end. */
export function isEnded({ status }: Execution): boolean {
  return status === 'COMPLETED' || status === 'EXCEPTION';
}
