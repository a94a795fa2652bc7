import { defaultProvider } from '@aws-sdk/credential-provider-node';
import type { CredentialProvider } from './credentials.ts';

/** The AWS SDK's chain: profiles, SSO, web identity, container and instance metadata. It caches and renews by itself. */
export function credentialChain(): CredentialProvider {
  return defaultProvider();
}
