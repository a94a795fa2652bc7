import { AwsError } from '../kernel/aws-error.ts';

/** What is named does not exist. */
export function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntity', message, { status: 404 });
}

/** The name is taken. */
export function entityAlreadyExists(message: string): AwsError {
  return new AwsError('EntityAlreadyExists', message, { status: 409 });
}

/** Something still depends on what shall be deleted. */
export function deleteConflict(message: string): AwsError {
  return new AwsError('DeleteConflict', message, { status: 409 });
}

/** A policy that IAM does not take. */
export function malformedPolicy(reason: string): AwsError {
  return new AwsError('MalformedPolicyDocument', reason);
}

/** There would be more of something, or it would be larger, than a quota allows. */
export function limitExceeded(message: string): AwsError {
  return new AwsError('LimitExceeded', message, { status: 409 });
}

/** A parameter has a value that IAM does not take. */
export function invalidInput(message: string): AwsError {
  return new AwsError('InvalidInput', message);
}

/** A parameter breaks IAM's model. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
