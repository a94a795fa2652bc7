import { stripControls } from './strip-controls.ts';

declare const redacted: unique symbol;

/** A text from which every known secret has been taken out. Only such a text can be fitted to a limit. */
export type Redacted = string & { readonly [redacted]: true };

/** Takes every known secret out of a text, also one that is parted by what cannot be seen. */
export type Redact = (text: string) => Redacted;

/** The secrets of one delivery. */
export interface SecretScope {
  /** Withholds values that the service sent. Those under 8 characters are no secrets and would blank innocent text. */
  readonly add: (...secrets: readonly (string | undefined)[]) => void;
  /** Withholds values that a user declared secret, at any length. */
  readonly declare: (...secrets: readonly (string | undefined)[]) => void;
  /** The delivery is over. Its values are withheld a little longer, for logic that outlives its time still logs. */
  end(): void;
}

/** Withholds secrets from all that leaves this process. */
export interface Redactor {
  /** The secrets of one delivery, which need not be kept for as long as the process lives. */
  scope(): SecretScope;
  readonly redact: Redact;
}

const WITHHELD = '[withheld]';
/** Shorter values that nobody declared secret are taken for innocent, in characters. */
const SHORTEST_SECRET = 8;
/** The values of this many ended scopes are still withheld: more than a queue hands a function at once by default. */
const KEPT_SCOPES = 16;
/** What `encodeCallback` makes: whoever holds it can answer. */
const ENCODED_CALLBACK = /\brb\d+\.[\w-]{16,}/g;

/** Creates a redactor that knows no secrets yet. */
export function createRedactor(): Redactor {
  const open = new Set<ReadonlySet<string>>();
  const ended: ReadonlySet<string>[] = [];
  let known: readonly string[] | undefined;

  function scope(): SecretScope {
    const secrets = new Set<string>();
    const addFrom = (shortest: number, values: readonly (string | undefined)[]) => {
      for (const value of values) {
        if (value === undefined || value.trim() === '' || value.length < shortest) continue;
        for (const form of formsOf(value, shortest)) secrets.add(form);
      }
      known = undefined;
    };
    open.add(secrets);
    return {
      add: (...values) => addFrom(SHORTEST_SECRET, values),
      declare: (...values) => addFrom(1, values),
      end() {
        if (!open.delete(secrets)) return;
        ended.push(secrets);
        if (ended.length > KEPT_SCOPES) ended.shift();
        known = undefined;
      },
    };
  }

  const redact = (text: string): Redacted => {
    known ??= [...new Set([...open, ...ended].flatMap((secrets) => [...secrets]))];
    const shown = withhold(text, known);
    // Terminal escapes and controls are taken out when a text is fitted: they must not part a secret in two until then.
    const withoutControls = withhold(stripControls(text), known);
    return (withoutControls === stripControls(shown) ? shown : withoutControls) as Redacted;
  };
  return { scope, redact };
}

/** A secret as it may stand in a text: as it is, line by line, escaped as JSON or for an address, and as Base64. */
function formsOf(value: string, shortest: number): readonly string[] {
  const lines = value.split(/[\r\n]+/).filter((line) => line.trim() !== '' && line.length >= SHORTEST_SECRET);
  const encoded = Buffer.from(value, 'utf8');
  const inAddress = encodeURIComponent(value.toWellFormed());
  return [
    value,
    stripControls(value),
    ...lines,
    JSON.stringify(value).slice(1, -1),
    inAddress,
    inAddress.replaceAll('%20', '+'),
    ...(encoded.length >= SHORTEST_SECRET
      ? [encoded.toString('base64').replace(/=+$/, ''), encoded.toString('base64url')]
      : []),
  ].filter((form) => form.trim() !== '' && form.length >= shortest);
}

/** Replaces every secret. Those that overlap or touch go together, so that no part of one is left standing. */
function withhold(text: string, secrets: readonly string[]): string {
  const spans: [start: number, end: number][] = [];
  for (const secret of secrets) {
    for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1))
      spans.push([at, at + secret.length]);
  }
  if (text.includes('rb')) {
    for (const { index, 0: match } of text.matchAll(ENCODED_CALLBACK)) spans.push([index, index + match.length]);
  }
  if (spans.length === 0) return text;
  spans.sort(([one], [other]) => one - other);
  const parts: string[] = [];
  let end = 0;
  let openedAt = -1;
  for (const [from, to] of spans) {
    if (openedAt < 0 || from > end) {
      parts.push(text.slice(end, from), WITHHELD);
      openedAt = from;
    }
    end = Math.max(end, to);
  }
  return parts.join('') + text.slice(end);
}
