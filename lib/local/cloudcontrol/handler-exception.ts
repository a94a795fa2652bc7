import { AwsError } from '../kernel/aws-error.ts';
import type { HandlerError, HandlerErrorCode } from './handler-error.ts';

const EXCEPTIONS: Readonly<Record<HandlerErrorCode, string>> = {
  NotUpdatable: 'NotUpdatableException',
  InvalidRequest: 'InvalidRequestException',
  AccessDenied: 'AccessDeniedException',
  UnauthorizedTaggingOperation: 'HandlerFailureException',
  InvalidCredentials: 'InvalidCredentialsException',
  AlreadyExists: 'AlreadyExistsException',
  NotFound: 'ResourceNotFoundException',
  ResourceConflict: 'ResourceConflictException',
  Throttling: 'ThrottlingException',
  ServiceLimitExceeded: 'ServiceLimitExceededException',
  NotStabilized: 'NotStabilizedException',
  GeneralServiceException: 'GeneralServiceException',
  ServiceInternalError: 'ServiceInternalErrorException',
  ServiceTimeout: 'HandlerFailureException',
  NetworkFailure: 'NetworkFailureException',
  InternalFailure: 'HandlerInternalFailureException',
};

/** Exceptions that the model calls faults of the server. */
const FAULTS = [
  'ServiceInternalErrorException',
  'NetworkFailureException',
  'HandlerInternalFailureException',
  'HandlerFailureException',
];

/** The exception of an operation that answers at once, when its handler failed. */
export function handlerException(typeName: string, error: HandlerError, requestToken: string): AwsError {
  const code = EXCEPTIONS[error.code];
  const message = `${typeName} Handler returned status FAILED: ${error.message} (HandlerErrorCode: ${error.code}, RequestToken: ${requestToken})`;
  return new AwsError(code, message, FAULTS.includes(code) ? { status: 500 } : {});
}
