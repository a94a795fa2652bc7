import { formsOf, SHORTEST_PART, SHORTEST_SECRET } from './forms-of.ts';
import { partsAtCuts } from './parts-at-cuts.ts';
import { readingsOf } from './readings.ts';
import { isSecretPlace } from './secret-members.ts';
import { stripControls } from './strip-controls.ts';
import { createWordIndex, type Span, type WordIndex } from './word-index.ts';

declare const redacted: unique symbol;

/** A text from which every known secret has been taken out. Only such a text can be fitted to a limit. */
export type Redacted = string & { readonly [redacted]: true };

/** Takes every known secret out of a text, also one that is parted by what cannot be seen. */
export type Redact = (text: string) => Redacted;

/** The secrets of one delivery. */
export interface SecretScope {
  /** Withholds values that the service sent. Those under 8 characters are no secrets and would blank innocent text. */
  readonly add: (...secrets: readonly (string | undefined)[]) => void;
  /** Withholds values that a user declared secret, at any length; of one that is JSON also the texts in it. */
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
/**
 * Of a text that is longer, in characters, the middle is left out before it is looked through: nothing that leaves a process
 * has so many, and to undo the escapings of many megabytes takes longer than a function has.
 */
export const LONGEST_WHOLE = 600_000;
/** What is left of each end of such a text, in characters: more than anybody shows. */
const LONGEST_END = 200_000;
/** So much is looked at behind what is left, so that a secret at the cut is known whole; in characters. */
const LEAST_BEHIND = 100_000;
/** A character that is escaped three times over takes so many at most. */
const LONGEST_ESCAPED = 12;
/** The values of this many ended scopes are still withheld: more than a queue hands a function at once by default. */
const KEPT_SCOPES = 16;
/**
 * What `encodeCallback` makes: whoever holds it can answer. Not only at the beginning of a word: in an address or in JSON
 * something else may stand before it (`%22rb1.…`, `\\nrb1.…`).
 */
const ENCODED_CALLBACK = /rb\d+\.[\w-]{16,}/g;
/** The values of headers as they stand in a client's own text, to their ends; prose about authorization is none. */
const SECRET_HEADERS: readonly RegExp[] = [
  headerPattern(
    '(?:proxy-)?authorization',
    String.raw`(?:(?:Basic|Bearer|Digest|Negotiate|NTLM|Token|ApiKey|AWS4-HMAC-SHA256) +[^\s"'\\]{4,}[^\r\n"'\\]*|[^\s"'\\]{16,})`,
  ),
  headerPattern('(?:set-)?cookie', String.raw`[\w.-]+=[^\r\n"'\\]+`),
  headerPattern(String.raw`x-(?:[\w-]{1,40}-)?(?:token|api-key|secret)|private-token`, String.raw`[^\s"'\\,&]{8,}`),
];

/** One of these is in the name of each: most texts have none, and are looked through once. */
const HEADER_WORD = /authorization|cookie|token|api-key|secret/i;

function headerPattern(names: string, value: string): RegExp {
  return new RegExp(String.raw`\b(?:${names})["']?\s{0,4}[:=]\s{0,4}(?:\[(?!withheld)\s{0,4})?["']?(${value})`, 'gi');
}

/** Creates a redactor that knows no secrets yet. */
export function createRedactor(): Redactor {
  /** Each secret that is withheld now, in each of its forms. */
  const known = createWordIndex();
  /** What forgets the scopes that have ended last, the oldest first. */
  const ended: (() => void)[] = [];

  function scope(): SecretScope {
    const secrets = new Set<string>();
    let stage: 'open' | 'ended' | 'forgotten' = 'open';
    const forget = () => {
      stage = 'forgotten';
      for (const form of secrets) known.remove(form);
    };
    const addFrom = (shortest: number, values: readonly (string | undefined)[]) => {
      if (stage === 'forgotten') return;
      for (const value of values) {
        if (value === undefined || value.trim() === '' || value.length < shortest) continue;
        for (const form of formsOf(value, shortest)) {
          if (secrets.has(form)) continue;
          secrets.add(form);
          known.add(form);
        }
      }
    };
    return {
      add: (...values) => addFrom(SHORTEST_SECRET, values),
      declare: (...values) => addFrom(1, [...values, ...values.flatMap(partsOf)]),
      end() {
        if (stage !== 'open') return;
        stage = 'ended';
        if (ended.push(forget) > KEPT_SCOPES) ended.shift()?.();
      },
    };
  }

  const redact = (text: string): Redacted => {
    if (text.length > LONGEST_WHOLE) return withholdFromEnds(stripControls(text), known) as Redacted;
    const shown = withhold(text, known);
    // Terminal escapes and controls are taken out when a text is fitted: they must not part a secret in two until then.
    const stripped = stripControls(text);
    if (stripped === text) return shown as Redacted;
    const withoutControls = withhold(stripped, known);
    return (withoutControls === stripControls(shown) ? shown : withoutControls) as Redacted;
  };
  return { scope, redact };
}

/**
 * The texts in a secret that is JSON: logic reads the password out of it, and shows that one alone. One that is shorter
 * than a part, and that no member's name makes a secret, is none.
 */
function partsOf(value: string | undefined): readonly string[] {
  if (value === undefined || !/^\s*[{[]/.test(value)) return [];
  const parts: string[] = [];
  try {
    JSON.parse(value, function (this: object, name, member: unknown) {
      const isPart =
        typeof member === 'string' && (member.length >= SHORTEST_PART || isSecretPlace(this, name, member));
      if (isPart) parts.push(member);
      return member;
    });
  } catch {
    // It only looks like JSON.
  }
  return parts;
}

function secretsIn(text: string, known: WordIndex): Span[] {
  return [...known.find(text), ...partsAtCuts(text, known.words())];
}

/** Replaces every secret. */
function withhold(text: string, known: WordIndex): string {
  return replaced(text, spansIn(text, known));
}

/** The same for a text of which the ends are enough. A secret that stands at a cut is known, and goes as a whole. */
function withholdFromEnds(text: string, known: WordIndex): string {
  let longest = 0;
  for (const { length } of known.words()) longest = Math.max(longest, length);
  const behind = Math.max(LEAST_BEHIND, LONGEST_ESCAPED * longest);
  const looked = LONGEST_END + behind;
  if (text.length <= 2 * looked) return withhold(text, known);
  const [head, tail] = [text.slice(0, looked), text.slice(-looked)];
  const first = spansIn(head, known).filter(([from]) => from < LONGEST_END);
  const last = spansIn(tail, known).filter(([, to]) => to > behind);
  const end = first.reduce((most, [, to]) => Math.max(most, to), LONGEST_END);
  const start = last.reduce((least, [from]) => Math.min(least, from), behind);
  const left = text.length - end - (looked - start);
  const moved = last.map(([from, to]): Span => [from - start, to - start]);
  return `${replaced(head.slice(0, end), first)}[${left} characters]${replaced(tail.slice(start), moved)}`.toWellFormed();
}

function spansIn(text: string, known: WordIndex): Span[] {
  const spans = secretsIn(text, known);
  for (const reading of known.isEmpty() ? [] : readingsOf(text)) {
    for (const span of secretsIn(reading.text, known)) spans.push(reading.placeOf(span));
  }
  if (text.includes('rb')) {
    for (const { index, 0: match } of text.matchAll(ENCODED_CALLBACK)) spans.push([index, index + match.length]);
  }
  for (const header of HEADER_WORD.test(text) ? SECRET_HEADERS : []) {
    for (const { index, 0: match, 1: value = '' } of text.matchAll(header)) {
      spans.push([index + match.length - value.length, index + match.length]);
    }
  }
  return spans;
}

/** Puts a mark in the place of spans. Those that overlap or touch go together, so that no part of one is left standing. */
function replaced(text: string, spans: Span[]): string {
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
