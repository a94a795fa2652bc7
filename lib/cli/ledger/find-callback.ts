import { type Callback, decodeCallback } from '../../core/callback.ts';
import { InvalidCallbackError } from '../../core/errors.ts';
import { escapeControls } from '../escape-controls.ts';
import { UsageError } from '../usage-error.ts';
import { isOpen, type LedgerCallback } from './list-callbacks.ts';

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
 * Finds the one callback that is meant: an open one, or else one that is decided, so that whoever comes late is told.
 *
 * @throws UsageError when there is none, or several begin so; the message lists them
 */
export function pickCallback(
  { service, prefix }: { readonly service: string; readonly prefix: string },
  callbacks: readonly LedgerCallback[],
  tableName: string,
): Callback {
  const named = callbacks.filter(({ callback }) => callback.service === service && callback.id.startsWith(prefix));
  const exact = named.filter(({ callback }) => callback.id === prefix);
  const open = named.filter(isOpen);
  const candidates = exact.length > 0 ? exact : open.length > 0 ? open : named;
  const [found, ...more] = candidates;
  if (found === undefined) {
    throw new UsageError(`${tableName} has no callback ${service}:${prefix}; ringback open lists those that are open`);
  }
  if (more.length > 0) {
    const shown = candidates.slice(0, MOST_CANDIDATES).map(({ name }) => escapeControls(name));
    const rest = candidates.length > shown.length ? ` and ${candidates.length - shown.length} more` : '';
    throw new UsageError(`${candidates.length} callbacks begin so, give more of the id: ${shown.join(', ')}${rest}`);
  }
  return found.callback;
}
