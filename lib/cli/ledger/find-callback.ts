import { type Callback, decodeCallback } from '../../core/callback.ts';
import { InvalidCallbackError } from '../../core/errors.ts';
import { UsageError } from '../usage-error.ts';
import type { LedgerCallback } from './list-callbacks.ts';

const MOST_CANDIDATES = 10;

/** A callback as a person names it: encoded, or by its service and the beginning of its id. */
export type NamedCallback =
  | { readonly kind: 'encoded'; readonly callback: Callback }
  | { readonly kind: 'id'; readonly service: string; readonly prefix: string };

/** Reads how a callback is named. @throws UsageError; its message does not repeat the text, which may be a secret */
export function readCallbackName(text: string): NamedCallback {
  const name = text.trim();
  const [, service, prefix] = /^([a-z][a-z0-9-]*):(\S+)$/.exec(name) ?? [];
  if (service !== undefined && prefix !== undefined) return { kind: 'id', service, prefix };
  try {
    return { kind: 'encoded', callback: decodeCallback(name) };
  } catch (error) {
    if (!(error instanceof InvalidCallbackError)) throw error;
    const advice = 'give an encoded callback, SERVICE:ID as ringback open shows it, or - to read either from stdin';
    throw new UsageError(`this is no callback: ${error.message}; ${advice}`, { cause: error });
  }
}

/**
 * Finds the one open callback that is meant.
 *
 * @throws UsageError when there is none, or several begin so; the message lists them
 */
export function pickCallback(
  { service, prefix }: { readonly service: string; readonly prefix: string },
  open: readonly LedgerCallback[],
  tableName: string,
): Callback {
  const ofService = open.filter(({ callback }) => callback.service === service);
  const exact = ofService.find(({ callback }) => callback.id === prefix);
  const matches = exact ? [exact] : ofService.filter(({ callback }) => callback.id.startsWith(prefix));
  const [found, ...more] = matches;
  if (found === undefined) {
    throw new UsageError(
      `no open callback of ${tableName} is ${service}:${prefix}…; ringback open lists what is open, --all what is decided`,
    );
  }
  if (more.length > 0) {
    const named = matches.slice(0, MOST_CANDIDATES).map(({ callback }) => `${service}:${callback.id}`);
    const rest = matches.length > named.length ? ` and ${matches.length - named.length} more` : '';
    throw new UsageError(`${matches.length} open callbacks begin so, give more of the id: ${named.join(', ')}${rest}`);
  }
  return found.callback;
}
