import { AwsCallError } from '../../aws/index.ts';

/** What a person can do about a failed call to AWS; undefined where the error says so itself, or it passes. */
export function adviceOn(error: unknown, env: NodeJS.ProcessEnv): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (!(cause instanceof AwsCallError)) continue;
    if (cause.code === 'NoCredentials') return 'sign in, such as with aws sso login; the worker goes on by itself then';
    if (cause.credentialsRefused) {
      return env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY
        ? 'the credentials are those of AWS_ACCESS_KEY_ID, which a running process cannot renew: start the worker anew with others, or with AWS_PROFILE'
        : 'renew the credentials where they come from, such as with aws sso login; the worker goes on by itself then';
    }
    if (cause.fault === 'network') return 'check the network, the region and AWS_ENDPOINT_URL';
    return undefined;
  }
  return undefined;
}
