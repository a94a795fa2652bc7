import { isSecretName } from '../../local/wire/withheld.ts';

/** Shorter values are no secrets worth the name, and may be words. */
const SHORTEST = 12;
const MOST_KNOWN = 20_000;
const WORD = /[A-Za-z0-9+/=_.~-]{12,}/g;
/** What stands for a secret; its number tells secrets apart, and leads back to them. */
const STAND_IN = /^\(withheld (\d+)\)$/;

/** Keeps secrets out of what leaves the process. */
export interface Withholder {
  /** Remembers what stands under a secret name in a value, so that it is found wherever else it stands. */
  learn(value: unknown): void;
  /** Treats values under this name as secrets, such as a parameter with NoEcho. */
  learnName(name: string): void;
  /** A value with stand-ins for secrets, at any depth; also within JSON in texts. */
  withhold(value: unknown): unknown;
  text(text: string): string;
  /** A value that somebody edited, with the secrets back where stand-ins are. */
  restore(value: unknown): unknown;
}

/** Creates a withholder that knows nothing but names. */
export function createWithholder(): Withholder {
  const numbers = new Map<string, number>();
  const secrets: string[] = [];
  const names = new Set<string>();

  const isSecret = (name: string) => names.has(name) || (isSecretName(name) && !/^(Next|next)Token$/.test(name));

  function remember(secret: string): string {
    const known = numbers.get(secret);
    if (known !== undefined) return `(withheld ${known})`;
    // Beyond that many, old ones are forgotten as words of texts; under their names they are withheld all the same.
    const oldest = numbers.keys().next().value;
    if (numbers.size >= MOST_KNOWN && oldest !== undefined) numbers.delete(oldest);
    secrets.push(secret);
    numbers.set(secret, secrets.length);
    return `(withheld ${secrets.length})`;
  }

  /** Calls `found` with every text under a secret name, and gives the value with what that returns. */
  function walk(value: unknown, found: (secret: string) => string, other: (text: string) => string): unknown {
    if (typeof value === 'string') return other(value);
    if (Array.isArray(value)) return value.map((item) => walk(item, found, other));
    if (typeof value !== 'object' || value === null) return value;
    const pairName = nameOfPair(value);
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => {
        const named = pairName !== undefined && /^[vV]alue$/.test(name) ? pairName : name;
        if (!isSecret(named) || member === null) return [name, walk(member, found, other)];
        return [name, walk(member, found, found)];
      }),
    );
  }

  function text(given: string): string {
    if (/^\s*[{[]/.test(given)) {
      try {
        return JSON.stringify(walk(JSON.parse(given), remember, text));
      } catch {
        // No JSON: a text like every other.
      }
    }
    return given.replaceAll(WORD, (word) => (numbers.has(word) ? remember(word) : word));
  }

  return {
    learn(value) {
      const learnText = (found: string): string => {
        if (/^\s*[{[]/.test(found) && found.length < 500_000) {
          try {
            walk(JSON.parse(found), learnSecret, learnText);
          } catch {
            // No JSON.
          }
        }
        return found;
      };
      const learnSecret = (secret: string) => (secret.length >= SHORTEST ? remember(secret) : secret);
      walk(value, learnSecret, learnText);
    },
    learnName: (name) => void names.add(name),
    withhold: (value) => walk(value, (secret) => (secret === '' ? '' : remember(secret)), text),
    text,
    restore(value) {
      const back = (given: string): string => {
        const number = STAND_IN.exec(given)?.[1];
        if (number !== undefined) return secrets[Number(number) - 1] ?? given;
        return given.replaceAll(
          /\(withheld (\d+)\)/g,
          (all, at: string) => escapedIn(given, secrets[Number(at) - 1]) ?? all,
        );
      };
      return walk(value, back, back);
    },
  };
}

/** A secret as it stands in a text: within JSON it is escaped as JSON has it. */
function escapedIn(text: string, secret: string | undefined): string | undefined {
  return secret !== undefined && /^\s*[{[]/.test(text) ? JSON.stringify(secret).slice(1, -1) : secret;
}

/** The name in `{ Key, Value }` and its siblings. */
function nameOfPair(value: object): string | undefined {
  const { key, Key, name, Name } = value as Readonly<Record<string, unknown>>;
  const found = key ?? Key ?? name ?? Name;
  return typeof found === 'string' && ('value' in value || 'Value' in value) ? found : undefined;
}
