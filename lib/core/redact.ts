/** The secrets of one delivery. */
export interface SecretScope {
  /** Withholds values from now on. Those under 8 characters are no secrets and would blank innocent text. */
  add(...secrets: readonly (string | undefined)[]): void;
  /** The delivery is over. Its values are withheld a little longer, for logic that outlives its time still logs. */
  end(): void;
}

/** Replaces secrets in texts. */
export interface Redactor extends Pick<SecretScope, 'add'> {
  /** Secrets that need not be kept for as long as the process lives: a warm function sees many deliveries. */
  scope(): SecretScope;
  redact(text: string): string;
  /** For `JSON.stringify`: redacts every text, and withholds the values of members whose names tell a secret. */
  replacer(key: string, value: unknown): unknown;
}

const WITHHELD = '[withheld]';
const SHORTEST_SECRET = 8;
/** The values of this many ended scopes are still withheld: more than a queue hands a function at once by default. */
const KEPT_SCOPES = 16;
const SECRET_MEMBER =
  /^(secretaccesskey|sessiontoken|accesskeyid|artifactcredentials|credentials|password|passphrase|authorization|(work ?flow|client|continuation|callback|request|session|security|access|refresh|id|api|bearer)?_?-?token|secret|nonce|private_?key)$/i;

/** Tells whether a member's name says that its value is a secret. */
export function isSecretMember(name: string): boolean {
  return SECRET_MEMBER.test(name);
}

/** Creates a redactor that knows no secrets yet. */
export function createRedactor(): Redactor {
  const lasting = new Set<string>();
  const open = new Set<ReadonlySet<string>>();
  const ended: ReadonlySet<string>[] = [];
  let known: readonly string[] | undefined;

  function addTo(secrets: Set<string>, values: readonly (string | undefined)[]): void {
    for (const value of values) {
      if (value === undefined || value.length < SHORTEST_SECRET) continue;
      for (const form of [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]) secrets.add(form);
    }
    known = undefined;
  }

  const redact = (text: string): string => {
    // The longest first, so that a secret within a secret does not leave the rest standing.
    known ??= [...new Set([lasting, ...open, ...ended].flatMap((secrets) => [...secrets]))].sort(
      (a, b) => b.length - a.length,
    );
    let redacted = text;
    for (const secret of known) redacted = redacted.replaceAll(secret, WITHHELD);
    return redacted;
  };
  return {
    add: (...values) => addTo(lasting, values),
    scope() {
      const secrets = new Set<string>();
      open.add(secrets);
      return {
        add: (...values) => addTo(secrets, values),
        end() {
          if (!open.delete(secrets)) return;
          ended.push(secrets);
          if (ended.length > KEPT_SCOPES) ended.shift();
          known = undefined;
        },
      };
    },
    redact,
    replacer(key, value) {
      if (typeof value === 'string') return isSecretMember(key) ? WITHHELD : redact(value);
      if (typeof value === 'object' && value !== null && isSecretMember(key)) return WITHHELD;
      return value;
    },
  };
}
