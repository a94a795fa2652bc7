import { AwsError } from '../kernel/aws-error.ts';

/** The services whose throttling has a code of its own; the others have ThrottlingException. */
const THROTTLING: Readonly<Record<string, readonly [code: string, status: number]>> = {
  dynamodb: ['ThrottlingException', 400],
  lambda: ['TooManyRequestsException', 429],
  s3: ['SlowDown', 503],
  sqs: ['RequestThrottled', 400],
};

/** How a service says that it was called too often. */
export function throttled(service: string): AwsError {
  const [code, status] = THROTTLING[service] ?? ['ThrottlingException', 400];
  return new AwsError(code, 'Rate exceeded', { status });
}

/** How a service says that something broke on its side. */
export function broken(service: string): AwsError {
  const code = service === 'dynamodb' ? 'InternalServerError' : 'InternalFailure';
  return new AwsError(code, 'an injected fault: the service failed to process the request', { status: 500 });
}
