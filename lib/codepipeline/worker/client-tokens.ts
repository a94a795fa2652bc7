import { AwsCallError, type AwsConnection, callUntil, type TimeSource } from '../../aws/index.ts';
import { ConfigurationError, InvalidOptionError } from '../../core/errors.ts';
import { inTime } from '../../core/in-time.ts';

/**
 * Gives the client token of a customer's client id; undefined for one that is not known. `refused` is a token that it
 * gave before and CodePipeline did not accept: a lookup that keeps tokens looks again. It has 10 seconds.
 */
export type ClientTokenLookup = (
  clientId: string,
  refused?: string,
) => string | undefined | Promise<string | undefined>;

/** A secret in Secrets Manager: a JSON object of client tokens by client id. */
export interface ClientTokenSecret {
  /** The secret's name or ARN. */
  readonly secretId: string;
  /** How long the secret is kept before it is read again, in seconds. @defaultValue 300 */
  readonly maxAgeSeconds?: number;
}

/** Where client tokens come from. */
export type ClientTokens = ClientTokenLookup | ClientTokenSecret;

/** What reading a secret depends on. */
export interface ClientTokenEnvironment {
  readonly connection: AwsConnection;
  readonly time: TimeSource;
}

const API = { service: 'secretsmanager', targetPrefix: 'secretsmanager', jsonVersion: '1.1' } as const;
const DEFAULT_MAX_AGE_SECONDS = 300;
/**
 * A token is looked for this long, in milliseconds: throttling, 5xx and network errors of a secret are retried, and a lookup
 * that is a function has as long. What waits for one client must not keep all others waiting.
 */
const FIND_WITHIN_MS = 10_000;
/**
 * A client that is not in the secret may have connected just now, and a token that was refused may have been replaced:
 * the secret is read again, but at most this often, in milliseconds.
 */
const SHORTEST_AGE_MS = 10_000;

/** Checks where client tokens are to come from. @throws InvalidOptionError */
export function checkClientTokens(clientTokens: ClientTokens): void {
  if (typeof clientTokens === 'function') return;
  const { secretId, maxAgeSeconds = DEFAULT_MAX_AGE_SECONDS, ...others } = clientTokens ?? {};
  if (typeof secretId !== 'string' || secretId === '') {
    throw new InvalidOptionError('clientTokens must be a function of the client id, or { secretId } of a secret');
  }
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new InvalidOptionError(`clientTokens has no member "${unknown}"; it has secretId, maxAgeSeconds`);
  }
  if (typeof maxAgeSeconds !== 'number' || !(maxAgeSeconds >= 0)) {
    throw new InvalidOptionError(`clientTokens.maxAgeSeconds must be a number from 0, but is ${String(maxAgeSeconds)}`);
  }
}

/** Makes the lookup of client tokens; a secret is read when first needed and kept for a while. */
export function createClientTokenLookup(
  clientTokens: ClientTokens,
  environment: ClientTokenEnvironment,
): (clientId: string, refused?: string) => Promise<string | undefined> {
  if (typeof clientTokens === 'function') {
    const ask = async (clientId: string, refused?: string) => clientTokens(clientId, refused);
    return (clientId, refused) =>
      inTime(ask(clientId, refused), FIND_WITHIN_MS, `clientTokens gave nothing for the client ${clientId}`);
  }
  const { secretId, maxAgeSeconds = DEFAULT_MAX_AGE_SECONDS } = clientTokens;
  const { time } = environment;
  let kept: { readonly at: number; readonly tokens: Promise<Tokens> } | undefined;

  const tokensOf = (maxAgeMs: number): Promise<Tokens> => {
    if (kept !== undefined && time.now() - kept.at < maxAgeMs) return kept.tokens;
    const tokens = readSecret(secretId, environment);
    kept = { at: time.now(), tokens };
    // What failed is not kept.
    tokens.catch(() => {
      if (kept?.tokens === tokens) kept = undefined;
    });
    return tokens;
  };
  return async (clientId, refused) => {
    const { [clientId]: known } = await tokensOf(maxAgeSeconds * 1000);
    const found =
      known !== undefined && known !== refused
        ? known
        : (await tokensOf(Math.min(SHORTEST_AGE_MS, maxAgeSeconds * 1000)))[clientId];
    if (found === undefined || (typeof found === 'string' && found !== '')) return found;
    throw new TypeError(`the secret ${secretId} must hold the client token of ${clientId} as text, and not empty`);
  };
}

/** What the secret holds, by client id; a value that is no token concerns its client alone. */
type Tokens = Readonly<Record<string, unknown>>;

/** Tells whether a lookup failed for a reason that holds for every client: the secret cannot be read, or not understood. */
export function concernsEveryClient(error: unknown): boolean {
  return error instanceof ConfigurationError || (error instanceof AwsCallError && error.action === READ);
}

const READ = `${API.service}:GetSecretValue`;

/** @throws AwsCallError when it cannot be read; ConfigurationError when it is not a JSON object */
async function readSecret(secretId: string, { connection, time }: ClientTokenEnvironment): Promise<Tokens> {
  const limits = { until: time.now() + FIND_WITHIN_MS, time };
  const { SecretString: text } = (await callUntil(
    connection,
    API,
    'GetSecretValue',
    { SecretId: secretId },
    limits,
  )) as {
    SecretString?: string;
  };
  let tokens: unknown;
  try {
    tokens = JSON.parse(text ?? '');
  } catch {
    // The engine's message quotes the text: the secret itself.
  }
  if (typeof tokens !== 'object' || tokens === null || Array.isArray(tokens)) {
    throw new ConfigurationError(`the secret ${secretId} must be a JSON object of client tokens by client id`);
  }
  return Object.assign(Object.create(null), tokens) as Tokens;
}
