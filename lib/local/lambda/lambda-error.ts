import { AwsError } from '../kernel/aws-error.ts';

/** A function, version or alias does not exist. */
export function functionNotFound(arn: string): AwsError {
  return resourceNotFound(`Function not found: ${arn}`);
}

/** What a request names does not exist. The model spells the member `Message` for this error alone. */
export function resourceNotFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message, {
    status: 404,
    members: { Message: message, Type: 'User' },
  });
}

/** Another function has the name already. */
export function functionExists(functionName: string): AwsError {
  return new AwsError('ResourceConflictException', `Function already exist: ${functionName}`, {
    status: 409,
    members: { Type: 'User' },
  });
}

/** A property or parameter has a value that Lambda refuses. */
export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message, { members: { Type: 'User' } });
}

/** The caller knows an older state than the operation `latest` would tell. */
export function staleRevision(latest: string): AwsError {
  const message = `The RevisionId provided does not match the latest RevisionId. Call the ${latest} API to retrieve the latest Revision Id`;
  return new AwsError('PreconditionFailedException', message, { status: 412, members: { Type: 'User' } });
}

/** No environment is free and no other may be started. */
export function tooManyRequests(reserved: boolean): AwsError {
  return new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
    status: 429,
    members: {
      Type: 'User',
      Reason: reserved ? 'ReservedFunctionConcurrentInvocationLimitExceeded' : 'ConcurrentInvocationLimitExceeded',
    },
  });
}

/** The event of a synchronous invocation is over the limit. */
export function requestTooLarge(limit: number): AwsError {
  return new AwsError(
    'RequestTooLargeException',
    `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
    { status: 413, members: { Type: 'User' } },
  );
}

/** The event of an asynchronous invocation is over the limit. */
export function requestEntityTooLarge(size: number, limit: number): AwsError {
  return new AwsError(
    'RequestEntityTooLargeException',
    `${size} byte payload is too large for the Event invocation type (limit ${limit} bytes)`,
    { status: 413, members: { Type: 'User' } },
  );
}

/** The event is not JSON. */
export function invalidRequestContent(cause: string): AwsError {
  return new AwsError(
    'InvalidRequestContentException',
    `Could not parse request body into json: Could not parse payload into json: ${cause}`,
    {
      members: { Type: 'User' },
    },
  );
}

/** The function cannot run here at all, such as one of another language. */
export function invalidRuntime(message: string): AwsError {
  return new AwsError('InvalidRuntimeException', message, { status: 502, members: { Type: 'User' } });
}
