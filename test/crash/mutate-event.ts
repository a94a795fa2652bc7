/** Values that an event should not hold, and code likes to trip over. */
const STRANGE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  ' ',
  'x'.repeat(5_000),
  '\u0000\u001b[31m\ud800',
  '😀'.repeat(600),
  '{"unfinished":',
  '{"__proto__":{"polluted":true}}',
  '#{variables.unresolved}',
  'rb1:["codepipeline#nobody",2,0,0]',
  'rb1:["codepipeline#nobody",1,0,1]',
  'rb1:["transfer#nobody",2,9e15,0]',
  'rb1:["codepipeline#nobody",1e9,"soon"',
  'rb2:["codepipeline#nobody",2,0,0]',
  'rb1.WyJjb2RlcGlwZWxpbmUiLCJub2JvZHkiLCJ1cy1lYXN0LTEiXQ',
  [],
  [[[]]],
  {},
  // biome-ignore lint/suspicious/noThenProperty: whether it is taken for a promise is what is asked
  { toString: 'no function', then: 'no promise', length: -1 },
];

/** A strange value, drawn with `random`. */
export function strangeValue(random: () => number): unknown {
  return structuredClone(STRANGE[Math.floor(random() * STRANGE.length)]);
}

/** Changes a text in one to three places: takes characters away, doubles, replaces, cuts off, adds. */
export function mutateText(text: string, random: () => number): string {
  let mutated = text;
  for (let left = 1 + Math.floor(random() * 3); left > 0; left--) {
    const at = Math.floor(random() * (mutated.length + 1));
    const other = String.fromCharCode(random() < 0.9 ? 32 + Math.floor(random() * 95) : Math.floor(random() * 0xffff));
    const [before, after] = [mutated.slice(0, at), mutated.slice(at)];
    const ways = [before + after.slice(1), before + other + after.slice(1), before + other + after, before, after];
    mutated = ways[Math.floor(random() * ways.length)] ?? '';
  }
  return mutated;
}

/** Members that some code treats as special. */
const STRANGE_NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'Records',
  'ringback.redelivery',
  'CodePipeline.job',
  'jobId',
  '',
];

/**
 * Changes an event in one to four places: takes members away, puts strange values into their places, doubles, wraps,
 * renames. The event itself is left alone.
 */
export function mutateEvent(event: unknown, random: () => number): unknown {
  let mutated: unknown = structuredClone(event);
  for (let left = 1 + Math.floor(random() * 4); left > 0; left--) mutated = mutateOnce(mutated, random);
  // What came over the wire is JSON: an array has no further members, and a missing value is null.
  return JSON.parse(JSON.stringify(mutated) ?? 'null');
}

function mutateOnce(event: unknown, random: () => number): unknown {
  const upTo = (limit: number) => Math.floor(random() * limit);
  const strange = () => structuredClone(STRANGE[upTo(STRANGE.length)]);
  const places = placesIn(event);
  const place = places[upTo(places.length)];
  if (place === undefined || random() < 0.02) return random() < 0.5 ? strange() : [event];
  const { holder, name } = place;
  const value = holder[name];
  switch (upTo(6)) {
    case 0:
      Reflect.deleteProperty(holder, name);
      break;
    case 1:
    case 2:
      holder[name] = strange();
      break;
    case 3:
      holder[name] = [value, value];
      break;
    case 4:
      define(holder, STRANGE_NAMES[upTo(STRANGE_NAMES.length)] ?? '', strange());
      break;
    default:
      Reflect.deleteProperty(holder, name);
      define(holder, name.toUpperCase(), value);
  }
  return event;
}

/** As JSON.parse does it: `__proto__` becomes a member of its own. */
function define(holder: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

function placesIn(value: unknown): { holder: Record<string, unknown>; name: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((name) => [{ holder, name }, ...placesIn(holder[name])]);
}
