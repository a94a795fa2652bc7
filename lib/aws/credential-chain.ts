import type { AwsCredentials, CredentialProvider } from './credentials.ts';

/** A source that has failed, or had no others than the refused ones, is left alone for so long, in milliseconds. */
const REST_MS = 10_000;

/** Asks the chain; with `forceRefresh` it forgets what it gave before. */
type Chain = (options?: { readonly forceRefresh?: boolean }) => Promise<AwsCredentials>;

/**
 * The AWS SDK's chain: profiles, SSO, web identity, container and instance metadata. It caches, and renews what tells
 * when it expires. Files are read again when a service has refused what stood in them.
 *
 * @throws Error when the SDK's chain is not installed; the message holds the command that installs it
 */
export async function credentialChain(): Promise<CredentialProvider> {
  // An import that is caught: a bundler leaves it alone where the package is not installed.
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node').catch((cause: unknown) => {
    throw notInstalled(cause);
  });
  return restingChain(defaultProvider({ ignoreCache: true }), () => Date.now());
}

function notInstalled(cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return cause;
  return new Error(
    'no AWS credentials in the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY); for those of profiles, SSO and ' +
      'containers run npm install @aws-sdk/credential-provider-node',
    { cause },
  );
}

/** A chain that is not asked more often than its source can bear while that has nothing to give. */
export function restingChain(chain: Chain, now: () => number): CredentialProvider {
  let failed: { readonly at: number; readonly error: unknown } | undefined;
  let renewedAt = Number.NEGATIVE_INFINITY;

  async function ask(options?: { readonly forceRefresh: boolean }): Promise<AwsCredentials> {
    if (failed !== undefined && now() - failed.at < REST_MS) throw failed.error;
    try {
      const credentials = await chain(options);
      failed = undefined;
      return credentials;
    } catch (error) {
      failed = { at: now(), error };
      throw error;
    }
  }

  return async (refused) => {
    const credentials = await ask();
    if (refused === undefined || !isSame(credentials, refused) || now() - renewedAt < REST_MS) return credentials;
    renewedAt = now();
    return ask({ forceRefresh: true });
  };
}

function isSame(one: AwsCredentials, other: AwsCredentials): boolean {
  return one.accessKeyId === other.accessKeyId && one.sessionToken === other.sessionToken;
}
