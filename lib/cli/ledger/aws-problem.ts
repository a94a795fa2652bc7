import { installCommand } from '../../../infra/bundling/install-command.ts';
import { AwsCallError } from '../../aws/index.ts';
import { LedgerError } from '../../core/errors.ts';
import { UsageError } from '../usage-error.ts';

/** Codes by which services say that they do not know the caller. */
const WRONG_CREDENTIALS: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

/**
 * What went wrong with AWS as one line that says what to do. `what` is what could not be done.
 *
 * @throws the error itself where it comes from neither AWS, its credentials nor the ledger
 */
export function awsProblem(error: unknown, what: string): UsageError {
  if (error instanceof LedgerError && error.cause === undefined) return new UsageError(error.message, { cause: error });
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof AwsCallError && cause.code !== 'NoCredentials') {
      return new UsageError(`${what}: ${remedyOf(cause)}`, { cause: error });
    }
    if (cause instanceof AwsCallError) return credentialsProblem(cause.cause as Error, what);
    if (cause.name === 'CredentialsProviderError') return credentialsProblem(cause, what);
  }
  throw error;
}

/** That there are no credentials, with what their source says of it. */
export function credentialsProblem(error: Error, what: string): UsageError {
  const missing = `${what}: there are no AWS credentials`;
  const message = chainIsMissing(error)
    ? `${missing}; ${installCommand('@aws-sdk/credential-provider-node', process.cwd())} finds those of profiles and SSO`
    : `${missing}: ${oneLine(error.message)}; sign in (aws sso login, AWS_PROFILE) or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`;
  return new UsageError(message, { cause: error });
}

/** The SDK's chain of credentials is a package that users install themselves. */
function chainIsMissing(error: Error): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return true;
  }
  return false;
}

function remedyOf(error: AwsCallError): string {
  if (error.code === 'ResourceNotFoundException') return 'there is no such table; check its name, region and account';
  if (error.accessDenied) return `the credentials lack the permission ${error.action} (${oneLine(error.message)})`;
  if (WRONG_CREDENTIALS.has(error.code)) return `AWS refuses the credentials (${error.code}); sign in again`;
  if (error.fault === 'network') return `${oneLine(error.message)}; check the region, AWS_ENDPOINT_URL and the network`;
  return oneLine(error.message);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
