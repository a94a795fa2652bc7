import type { Answer } from '../../core/answer-delivery.ts';

/** What the function of the Lambda integration model returns. */
export interface ExecutorAnswer {
  readonly result: 'Success' | 'Continue' | 'Fail';
  /** With `Fail` only. */
  readonly failureType: string | null;
  /** With `Continue` only; comes back as `continuationToken`. */
  readonly continuation: string | null;
  readonly status: { readonly externalExecutionId?: string; readonly summary?: string };
  /** With `Success` only. */
  readonly outputVariables?: Readonly<Record<string, string>>;
}

/** The integration model spells one failure type in the plural, unlike the API. */
const FAILURE_TYPES: Readonly<Record<string, string>> = { PermissionError: 'PermissionsError' };

/** What the function returns for an answer; members that the integration model does not have are left out. */
export function executorAnswer(answer: Answer): ExecutorAnswer {
  const details: Readonly<Record<string, unknown>> =
    answer.kind === 'put off' ? answer.progress : answer.decision.details;
  const { externalExecutionId, summary, variables, type } = details as {
    externalExecutionId?: string;
    summary?: string;
    variables?: Readonly<Record<string, string>>;
    type?: string;
  };
  const status = { ...(externalExecutionId ? { externalExecutionId } : {}), ...(summary ? { summary } : {}) };
  if (answer.kind === 'put off') {
    return { result: 'Continue', failureType: null, continuation: answer.token, status };
  }
  const { decision } = answer;
  switch (decision.kind) {
    case 'failed':
      return {
        result: 'Fail',
        failureType: FAILURE_TYPES[type ?? ''] ?? type ?? 'JobFailed',
        continuation: null,
        status: { ...status, summary: decision.reason },
      };
    case 'succeeded':
      return {
        result: 'Success',
        failureType: null,
        continuation: null,
        status,
        ...(variables && Object.keys(variables).length > 0 ? { outputVariables: variables } : {}),
      };
  }
}
