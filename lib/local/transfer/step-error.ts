import { AwsError } from '../kernel/aws-error.ts';
import type { StepErrorType } from './execution.ts';

/** Why a step failed, as DescribeExecution shows it. */
export class StepError extends Error {
  override readonly name = 'StepError';
  readonly type: StepErrorType;

  constructor(type: StepErrorType, message: string, options?: ErrorOptions) {
    super(message, options);
    this.type = type;
  }
}

/** The failure of a step that another service's error becomes. */
export function toStepError(error: unknown): StepError {
  if (error instanceof StepError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof AwsError)) return new StepError('INTERNAL_SERVER_ERROR', message, { cause: error });
  return new StepError(typeOf(error), `${message} (Status Code: ${error.status}; Error Code: ${error.code})`, {
    cause: error,
  });
}

function typeOf({ code, status }: AwsError): StepErrorType {
  if (code.startsWith('AccessDenied')) return 'PERMISSION_DENIED';
  if (/Throttl|TooManyRequests|SlowDown/.test(code)) return 'THROTTLED';
  if (status === 404 || /NotFound|NoSuch/.test(code)) return 'NOT_FOUND';
  return status >= 500 ? 'INTERNAL_SERVER_ERROR' : 'BAD_REQUEST';
}
