import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { ActionResult } from './action-provider.ts';

/** How an action or a rule ends when what it does throws. */
export function failureOfError(error: unknown): ActionResult {
  const message = error instanceof Error ? error.message : String(error);
  return { status: 'Failed', code: failureCode(error), message };
}

/** An action with a role of its own runs only if the pipeline's role may assume that one. @throws AwsError */
export function assumeRole(kernel: Kernel, pipelineRole: string, actionRole: string): void {
  if (actionRole === pipelineRole) return;
  kernel.identity.authorize(kernel.identity.role(pipelineRole), 'sts:AssumeRole', actionRole);
}

/** The failure type that `errorDetails` shows for an error of another service. */
function failureCode(error: unknown): string {
  if (!(error instanceof AwsError)) return 'SystemUnavailable';
  if (error.code.startsWith('AccessDenied')) return 'PermissionError';
  if (error.code === 'ThrottlingException' || error.code === 'TooManyRequestsException') return 'SystemUnavailable';
  return 'ConfigurationError';
}
