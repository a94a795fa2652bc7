/** Keys to sign requests with. `expiration` is absent for keys without an end. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/**
 * Gives credentials; called for every request, so it caches where asking is dear.
 *
 * @param refused - credentials that it gave and a service would not take: it looks whether there are others by now
 */
export type CredentialProvider = (refused?: AwsCredentials) => Promise<AwsCredentials>;

/**
 * The credentials of this process: its environment's, as in Lambda; elsewhere (a container, a laptop) the standard
 * chain of the AWS SDK, loaded when first needed and kept out of Lambda bundles.
 */
export function defaultCredentials(env: NodeJS.ProcessEnv = process.env): CredentialProvider {
  let chain: Promise<CredentialProvider> | undefined;
  return async (refused) => {
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = env;
    if (accessKeyId && secretAccessKey) {
      return { accessKeyId, secretAccessKey, ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}) };
    }
    chain ??= import('#credential-chain').then(({ credentialChain }) => credentialChain());
    return (await chain)(refused);
  };
}
