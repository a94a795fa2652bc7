import { AwsError } from '../kernel/aws-error.ts';

/** A request that asks for something that cannot be. */
export function invalidParameters(message: string): AwsError {
  return new AwsError('InvalidParametersException', message);
}

/** Something that a request names does not exist. */
export function notFound(what: string, name: string): AwsError {
  return new AwsError('ResourceNotFoundException', `${what} ${name} not found.`);
}

/** What a request names already is, or has, what it asks for. */
export function duplicate(message: string): AwsError {
  return new AwsError('DuplicateResourceException', message);
}

/** A request that would be right at another time, or that breaks a rule the model does not hold. */
export function invalidState(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
