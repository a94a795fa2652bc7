import type { CredentialProvider } from './credentials.ts';

/** Stands in for the chain in Lambda bundles, where the environment always holds the role's credentials. */
export async function credentialChain(): Promise<CredentialProvider> {
  return () =>
    Promise.reject(
      new Error('no AWS credentials in the environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set'),
    );
}
