/** Replaces secrets in texts. */
export interface Redactor {
  /** Withholds a value from now on. Values under 8 characters are no secrets and would blank innocent text. */
  add(...secrets: readonly (string | undefined)[]): void;
  redact(text: string): string;
  /** For `JSON.stringify`: redacts every text, and withholds the values of members whose names tell a secret. */
  replacer(key: string, value: unknown): unknown;
}

const WITHHELD = '[withheld]';
const SHORTEST_SECRET = 8;
const SECRET_MEMBER =
  /^(secretaccesskey|sessiontoken|accesskeyid|artifactcredentials|credentials|password|passphrase|authorization|(work ?flow|client|continuation|callback|request|session|security|access|refresh|id|api|bearer)?_?-?token|secret|nonce|private_?key)$/i;

/** Creates a redactor that knows no secrets yet. */
export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  let pattern: RegExp | undefined;
  const redact = (text: string): string => {
    if (secrets.size === 0) return text;
    // The longest first, so that a secret within a secret does not leave the rest standing.
    pattern ??= new RegExp(
      [...secrets]
        .sort((a, b) => b.length - a.length)
        .map(escapeForPattern)
        .join('|'),
      'g',
    );
    return text.replace(pattern, WITHHELD);
  };
  return {
    add(...values) {
      for (const value of values) {
        if (value === undefined || value.length < SHORTEST_SECRET) continue;
        for (const form of [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]) secrets.add(form);
      }
      pattern = undefined;
    },
    redact,
    replacer(key, value) {
      if (typeof value === 'string') return SECRET_MEMBER.test(key) ? WITHHELD : redact(value);
      if (typeof value === 'object' && value !== null && SECRET_MEMBER.test(key)) return WITHHELD;
      return value;
    },
  };
}

function escapeForPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
