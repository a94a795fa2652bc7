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

/** A parameter breaks IAM's model. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
