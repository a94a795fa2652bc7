import { AwsError } from '../kernel/aws-error.ts';

/** A refusal of a request that DynamoDB cannot carry out as it stands. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** As {@link validationError}, with the words that DynamoDB puts before most of its findings about values. */
export function invalidParameters(finding: string): AwsError {
  return validationError(`One or more parameter values were invalid: ${finding}`);
}

/** The answer to a request on a table that is not there; operations on items do not name it. */
export function tableNotFound(table?: string): AwsError {
  const message = 'Requested resource not found';
  return new AwsError(
    'ResourceNotFoundException',
    table === undefined ? message : `${message}: Table: ${table} not found`,
  );
}

/** A resource policy that cannot be read. */
export function invalidPolicy(reason: string): AwsError {
  return validationError(`Invalid policy document: ${reason}`);
}
