import { AwsError } from '../kernel/aws-error.ts';

/** The secret does not exist. */
export function notFound(what = 'the specified secret'): AwsError {
  return new AwsError('ResourceNotFoundException', `Secrets Manager can't find ${what}.`);
}

/** The version does not exist; without a full stop, as the service has it. */
export function valueNotFound(by: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${by}`);
}

/** The secret's state does not allow the request. */
export function invalidRequest(message: string): AwsError {
  return new AwsError('InvalidRequestException', message);
}

/** A parameter, or a combination of them, cannot be. */
export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

/** There is one of that name or id already. */
export function alreadyExists(message: string): AwsError {
  return new AwsError('ResourceExistsException', message);
}

/** A part of a request that would have to do something, and does nothing here. */
export function notSimulated(what: string): AwsError {
  return new AwsError('NotImplementedException', `${what} is not simulated; leave it out`, { status: 501 });
}

/** A resource policy that cannot be read. */
export function malformedPolicy(reason: string): AwsError {
  return new AwsError('MalformedPolicyDocumentException', `This resource policy contains a syntax error: ${reason}`);
}
