import { AwsError } from '../../kernel/aws-error.ts';
import type { JobAnswer } from '../jobs.ts';

interface Returned {
  readonly result?: unknown;
  readonly failureType?: string | null;
  readonly continuation?: unknown;
  readonly status?: { readonly externalExecutionId?: string; readonly summary?: string } | null;
  readonly outputVariables?: Readonly<Record<string, string>> | null;
}

const FAILURE_TYPES = [
  'JobFailed',
  'ConfigurationError',
  'PermissionsError',
  'RevisionOutOfSync',
  'RevisionUnavailable',
  'SystemUnavailable',
];

/**
 * Reads what a partner's function has returned (user guide, integration model).
 *
 * @throws AwsError InvalidResult where the guide's rules are broken; the action then fails
 */
export function executorAnswer(payload: string): JobAnswer {
  const { result, failureType, continuation, status, outputVariables } = (parse(payload) ?? {}) as Returned;
  const details = {
    ...(status?.summary ? { summary: status.summary } : {}),
    ...(status?.externalExecutionId ? { externalExecutionId: status.externalExecutionId } : {}),
  };
  switch (String(result).toLowerCase()) {
    case 'success':
      return { kind: 'succeeded', details, ...(outputVariables ? { outputVariables } : {}) };
    case 'continue':
      if (continuation === undefined || continuation === null) throw invalid('Continue without a continuation');
      return {
        kind: 'continued',
        details,
        continuationToken: typeof continuation === 'string' ? continuation : JSON.stringify(continuation),
      };
    case 'fail': {
      if (!FAILURE_TYPES.includes(String(failureType))) throw invalid(`Fail with the failureType ${failureType}`);
      return { kind: 'failed', details, error: { code: String(failureType), message: status?.summary ?? '' } };
    }
    default:
      throw invalid(`the result ${JSON.stringify(result)}, which is none of Success, Continue and Fail`);
  }
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    throw invalid('something that is not JSON');
  }
}

function invalid(what: string): AwsError {
  return new AwsError('InvalidResult', `the function of the action type returned ${what}`);
}
