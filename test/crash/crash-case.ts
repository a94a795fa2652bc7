import type { StageFunction } from './crash-stack.ts';

/** How a delivery arrives: once, again after all retries, twice at the same moment; or once, and a report's response is lost. */
export const deliveries = ['alone', 'repeated', 'doubled', 'unheard'] as const;

/** One of {@link deliveries}. */
export type Delivery = (typeof deliveries)[number];

/** What strikes at a call. */
export const strikeFaults = ['kill', 'hang', 'lost', 'error', 'throttle'] as const;

/** A fault at one outbound call of a story; calls count from 1, and 0 stands for the report of the answer. */
export interface CallStrike {
  readonly fault: (typeof strikeFaults)[number];
  readonly moment: 'before' | 'after';
  readonly call: number;
}

/** What goes wrong in a case. */
export interface Strike {
  /** Strikes once, at this call of the whole story. */
  readonly once?: CallStrike;
  /** Strikes once more, at another call of the whole story. */
  readonly also?: CallStrike;
  /** Strikes every attempt of the function, at this call of the attempt, until the last resort has come. */
  readonly each?: CallStrike;
  /** Strikes the last resort once, at this call of it. */
  readonly lastResort?: CallStrike;
}

/** One case of the matrix. */
export interface CrashCase {
  readonly story: string;
  /** What the logic does. */
  readonly kind: string;
  readonly fn: StageFunction;
  readonly delivery: Delivery;
  readonly strike: Strike;
}

/** The name of a case, such as `codepipeline/succeeds/Plain/alone/kill-before-3`. */
export function caseId({ story, kind, fn, delivery, strike }: CrashCase): string {
  const parts = [
    strike.once && strikeText(strike.once),
    strike.also && `also-${strikeText(strike.also)}`,
    strike.each && `each-${strikeText(strike.each)}`,
    strike.lastResort && `last-resort-${strikeText(strike.lastResort)}`,
  ].filter((part) => part !== undefined);
  return [story, kind, fn, delivery, parts.join('+') || 'nothing'].join('/');
}

const MEMBERS: Readonly<Record<string, keyof Strike>> = {
  'also-': 'also',
  'each-': 'each',
  'last-resort-': 'lastResort',
};

/** Reads what {@link caseId} wrote. @throws Error */
export function parseCaseId(id: string): CrashCase {
  const [story, kind, fn, delivery, strikes] = id.split('/');
  if (!story || !kind || !fn || !strikes || !deliveries.includes(delivery as Delivery)) {
    throw new Error(`"${id}" is no case; one looks like codepipeline/succeeds/Plain/alone/kill-before-3`);
  }
  const strike: { -readonly [Member in keyof Strike]: Strike[Member] } = {};
  for (const part of strikes === 'nothing' ? [] : strikes.split('+')) {
    const [, place, fault, moment, call] =
      /^(also-|each-|last-resort-)?([a-z]+)-(before|after)-(\d+)$/.exec(part) ?? [];
    if (fault === undefined) throw new Error(`"${part}" in "${id}" is no strike; one looks like kill-before-3`);
    const member = MEMBERS[place ?? ''] ?? 'once';
    strike[member] = { fault: fault as CallStrike['fault'], moment: moment as 'before', call: Number(call) };
  }
  return { story, kind, fn: fn as StageFunction, delivery: delivery as Delivery, strike };
}

function strikeText({ fault, moment, call }: CallStrike): string {
  return `${fault}-${moment}-${call}`;
}
