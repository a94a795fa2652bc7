import { ledgerAttributes } from '../../lib/constants.ts';
import { mutateText, strangeValue } from './mutate-event.ts';

/** An item as DynamoDB keeps it. */
export type StoredItem = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const STATUSES = ['INPROGRESS', 'COMPLETED', 'EXPIRED', 'completed', ''];
const PHASES = ['running', 'given-back', 'waiting', 'paused', ''];
const JSON_TEXTS = ['null', '5', '"text"', '[]', '{}', '{"kind":"succeeded"}', '{"kind":"hooray","details":{}}', '{'];

const NO_COUNTS = ['0', '-1', '1.5'];
/** What these say cannot be told from the truth where it is a number that may be: another run, a lease that lasts. */
const LIARS: ReadonlySet<string> = new Set([ledgerAttributes.run, ledgerAttributes.inProgressExpiration]);

/** Changes one to three attributes of an entry: takes them away, gives them other types and other values. */
export function mutateItem(item: StoredItem, random: () => number): StoredItem {
  const mutated: Record<string, Readonly<Record<string, unknown>>> = { ...item };
  const upTo = (limit: number) => Math.floor(random() * limit);
  const names = Object.values(ledgerAttributes).filter((name) => name !== ledgerAttributes.key);
  for (let left = 1 + upTo(3); left > 0; left--) {
    const present = names.filter((name) => mutated[name] !== undefined);
    const name =
      (random() < 0.8 ? present[upTo(present.length)] : names[upTo(names.length)]) ?? ledgerAttributes.version;
    if (random() < 0.25) delete mutated[name];
    else mutated[name] = strangeAttribute(name, mutated[name], random);
  }
  return mutated;
}

function strangeAttribute(name: string, before: object | undefined, random: () => number): Record<string, unknown> {
  const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value;
  const { S: text } = (before ?? {}) as { S?: string };
  const ways: readonly (() => Record<string, unknown>)[] = [
    () => ({ N: pick(LIARS.has(name) ? NO_COUNTS : [...NO_COUNTS, '2', '1e12', '4102444800000']) }),
    () => ({ BOOL: random() < 0.5 }),
    () => ({ NULL: true }),
    () => ({ M: { kind: { S: 'succeeded' } } }),
    () => ({ L: [] }),
    () => ({ S: pick(JSON_TEXTS) }),
    () => ({ S: (JSON.stringify(strangeValue(random)) ?? 'x').slice(0, 2_000) || 'x' }),
    () => ({ S: mutateText(text ?? 'text', random) || 'x' }),
  ];
  if (name === ledgerAttributes.status && random() < 0.7) return { S: pick(STATUSES) };
  if (name === ledgerAttributes.phase && random() < 0.7) return { S: pick(PHASES) };
  return pick(ways)();
}
