/** What a delivery that was put off brings back: which entry it belongs to, for which run, and when that is due. */
export interface Continuation {
  readonly key: string;
  readonly run: number;
  /** Milliseconds since the epoch; an entry that waits knows it better, this one is for those who do not ask. */
  readonly dueAt: number;
  /** Whether somebody else is to answer meanwhile, by `complete`. */
  readonly awaits: boolean;
}

/** What a token turned out to be. */
export type ReadContinuation =
  | ({ readonly kind: 'ours' } & Continuation)
  /** Written by somebody else. */
  | { readonly kind: 'foreign' }
  /** Ringback's, of a version that this one does not know, or damaged. */
  | { readonly kind: 'unreadable'; readonly why: string };

const VERSION = 1;
/** DynamoDB's keys hold no more (Developer Guide, quotas); a longer one was never an entry's. */
const LONGEST_KEY_BYTES = 2_048;

/** Writes a continuation as a token: some hundred characters, whatever the state is, which stands in the ledger. */
export function encodeContinuation({ key, run, dueAt, awaits }: Continuation): string {
  return `rb${VERSION}:${JSON.stringify([key, run, Math.round(dueAt), awaits ? 1 : 0])}`;
}

/** Reads a token. Never throws: what cannot be read is answered, and never taken for a first run. */
export function decodeContinuation(text: string): ReadContinuation {
  const [prefix, version] = /^rb(\d+):/.exec(text) ?? [];
  if (prefix === undefined) return { kind: 'foreign' };
  if (Number(version) !== VERSION) {
    return unreadable(`is of version ${version}, and this function knows ${VERSION}`);
  }
  try {
    const [key, run, dueAt, awaits] = JSON.parse(text.slice(prefix.length)) as unknown[];
    if (
      typeof key === 'string' &&
      Buffer.byteLength(key) <= LONGEST_KEY_BYTES &&
      Number.isInteger(run) &&
      (run as number) >= 1 &&
      Number.isFinite(dueAt)
    ) {
      return { kind: 'ours', key, run: run as number, dueAt: dueAt as number, awaits: awaits === 1 };
    }
  } catch {
    // Said below.
  }
  return unreadable('is damaged');
}

function unreadable(what: string): ReadContinuation {
  return { kind: 'unreadable', why: `its continuation token ${what}` };
}
