import { type AwsConnection, callJson } from '../../aws/index.ts';
import { InvalidOptionError } from '../../core/errors.ts';
import type { TimeSource } from '../../core/retry.ts';

/** Gives the client token of a customer's client id; undefined for one that is not known. */
export type ClientTokenLookup = (clientId: string) => string | undefined | Promise<string | undefined>;

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
const ATTEMPT_TIMEOUT_MS = 5_000;
/** A client that is not in the secret may have connected just now; the secret is read again at most this often. */
const SHORTEST_AGE_MS = 10_000;

/** Checks where client tokens are to come from. @throws InvalidOptionError */
export function checkClientTokens(clientTokens: ClientTokens): void {
  if (typeof clientTokens === 'function') return;
  const { secretId, maxAgeSeconds = DEFAULT_MAX_AGE_SECONDS } = clientTokens ?? {};
  if (typeof secretId !== 'string' || secretId === '') {
    throw new InvalidOptionError('clientTokens must be a function of the client id, or { secretId } of a secret');
  }
  if (typeof maxAgeSeconds !== 'number' || !(maxAgeSeconds >= 0)) {
    throw new InvalidOptionError(`clientTokens.maxAgeSeconds must be a number from 0, but is ${String(maxAgeSeconds)}`);
  }
}

/** Makes the lookup of client tokens; a secret is read when first needed and kept for a while. */
export function createClientTokenLookup(
  clientTokens: ClientTokens,
  { connection, time }: ClientTokenEnvironment,
): (clientId: string) => Promise<string | undefined> {
  if (typeof clientTokens === 'function') return async (clientId) => clientTokens(clientId);
  const { secretId, maxAgeSeconds = DEFAULT_MAX_AGE_SECONDS } = clientTokens;
  let kept: { readonly at: number; readonly tokens: Promise<ReadonlyMap<string, string>> } | undefined;

  const tokensOf = (maxAgeMs: number): Promise<ReadonlyMap<string, string>> => {
    if (kept !== undefined && time.now() - kept.at < maxAgeMs) return kept.tokens;
    const tokens = readSecret(secretId, connection);
    kept = { at: time.now(), tokens };
    // What failed is not kept.
    tokens.catch(() => {
      if (kept?.tokens === tokens) kept = undefined;
    });
    return tokens;
  };
  return async (clientId) => {
    const known = (await tokensOf(maxAgeSeconds * 1000)).get(clientId);
    return known ?? (await tokensOf(Math.min(SHORTEST_AGE_MS, maxAgeSeconds * 1000))).get(clientId);
  };
}

async function readSecret(secretId: string, connection: AwsConnection): Promise<ReadonlyMap<string, string>> {
  const { SecretString: text } = (await callJson(
    connection,
    API,
    'GetSecretValue',
    { SecretId: secretId },
    { signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS) },
  )) as { SecretString?: string };
  let tokens: unknown;
  try {
    tokens = JSON.parse(text ?? '');
  } catch {
    // The engine's message quotes the text: the secret itself.
  }
  if (typeof tokens !== 'object' || tokens === null || Array.isArray(tokens)) {
    throw new Error(`the secret ${secretId} must be a JSON object of client tokens by client id`);
  }
  return new Map(
    Object.entries(tokens).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
    ),
  );
}
