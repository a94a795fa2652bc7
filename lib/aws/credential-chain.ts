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
  const { defaultProvider } = await loadChain();
  const sayings = createSayings();
  const chain = defaultProvider({ ignoreCache: true, logger: sayings.logger });
  const telling: Chain = (options) =>
    chain(options).catch((error: Error) => {
      throw error.message === NO_SOURCE ? new Error(`${NO_SOURCE}${sayings.told()}`, { cause: error }) : error;
    });
  return restingChain(telling, () => Date.now());
}

/** Loads the SDK's package, which only those install who need it. */
async function loadChain(): Promise<typeof import('@aws-sdk/credential-provider-node')> {
  // `try`, not `.catch`: webpack and Rspack refuse to bundle an absent package unless its import stands in one.
  try {
    return await import('@aws-sdk/credential-provider-node');
  } catch (cause) {
    throw notInstalled(cause);
  }
}

/** What the chain says where none of its sources has credentials, whatever they said. */
const NO_SOURCE = 'Could not load credentials from any providers';
/** What a source says that nobody has set up. */
const NOT_SET_UP = 'Web identity configuration not specified';

/** Hears from the chain's log why each of its sources has nothing to give: of a program that a profile names, its words. */
function createSayings() {
  const said = new Map<string, string>();
  let source = '';
  const debug = (line: unknown) => {
    const [, begun] = /defaultProvider::(\w+)/.exec(String(line)) ?? [];
    const [, saying] = /^@smithy\/property-provider -> (.+)/s.exec(String(line)) ?? [];
    if (begun !== undefined) source = begun;
    // It is the first whose words matter: those before it need no file and no network.
    if (begun === 'fromIni') said.clear();
    // Of a profile's program the source before has told already.
    if (saying === undefined || source === 'fromProcess') return;
    // The program's command may hold a secret.
    said.set(source, saying.replace(/^Command failed: .*\n/, 'the program failed: ').replace(/[\s.]+$/, ''));
  };
  const ignore = () => undefined;
  return {
    logger: { trace: ignore, debug, info: ignore, warn: ignore, error: ignore },
    told(): string {
      const reasons = new Set([...said.values()].filter((saying) => saying !== NOT_SET_UP));
      return reasons.size === 0 ? '' : ` (${[...reasons].join('; ')})`;
    },
  };
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
