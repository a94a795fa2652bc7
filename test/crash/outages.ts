import type { Fault } from '../../lib/local/faults/index.ts';
import { openStage } from './open-stage.ts';
import type { PlayRecord } from './play-record.ts';
import type { Story } from './story.ts';

/** A service that is down while one delivery is to be answered, and what comes of it. */
export interface Outage {
  readonly name: string;
  readonly fault: Fault;
  readonly expected: Outcome;
}

/** What came of a delivery. */
export interface Outcome {
  readonly answer: 'succeeded' | 'failed' | 'timedOut';
  /** Whether a message was left in the dead-letter queue, where the alarm watches. */
  readonly deadLettered: boolean;
  /** How often the logic ran. */
  readonly runs: number;
}

/** An outage as it went. */
export interface PlayedOutage extends Outage {
  readonly seen: Outcome;
  /** Simulated. */
  readonly waitedSeconds: number;
}

/** Slow enough that no retry overshoots into the end of an outage. */
const SPEED = 60;

const seconds = (count: number) => ({ forMs: count * 1_000 });

/** The outages that the promise speaks of. The logic, if it runs, succeeds. */
export const outages: readonly Outage[] = [
  {
    name: 'the ledger is down for 2 minutes',
    fault: { kind: 'ledger-down', ...seconds(120) },
    expected: { answer: 'succeeded', deadLettered: false, runs: 1 },
  },
  {
    name: 'the ledger is down for 5 minutes',
    fault: { kind: 'ledger-down', ...seconds(300) },
    expected: { answer: 'failed', deadLettered: false, runs: 0 },
  },
  {
    name: 'the ledger is down for good',
    fault: { kind: 'ledger-down' },
    expected: { answer: 'failed', deadLettered: false, runs: 0 },
  },
  {
    name: 'the result API is down for 10 minutes',
    fault: { kind: 'error', service: 'codepipeline', ...seconds(600) },
    expected: { answer: 'succeeded', deadLettered: false, runs: 1 },
  },
  {
    name: 'the result API throttles every second call',
    fault: { kind: 'throttle', service: 'codepipeline', probability: 0.5 },
    expected: { answer: 'succeeded', deadLettered: false, runs: 1 },
  },
  {
    name: 'the result API is down for good',
    fault: { kind: 'error', service: 'codepipeline', times: Number.POSITIVE_INFINITY },
    expected: { answer: 'timedOut', deadLettered: true, runs: 1 },
  },
];

/** Plays outages side by side, each in a cloud of its own: while one retries, the others' time must not stand still. */
export function playOutages(
  assembly: string,
  story: Story,
  wanted: readonly Outage[] = outages,
): Promise<readonly PlayedOutage[]> {
  return Promise.all(wanted.map((outage) => playOutage(assembly, story, outage)));
}

async function playOutage(assembly: string, story: Story, outage: Outage): Promise<PlayedOutage> {
  const hooks = { strike: () => false, hold: async () => undefined };
  const stage = await openStage(assembly, story, hooks, { faults: [outage.fault], speed: SPEED });
  try {
    const record = stage.chronicle.open('outage');
    // Its timeout is short, so that its tries do not last long in real time.
    await story.deliver(stage, 'outage', 'succeeds', 'Brief');
    await stage.idle();
    const deadLettered = (await stage.deadLetters()).length > 0;
    const [answer] = record.answers;
    return {
      ...outage,
      seen: {
        answer: answerOf(record),
        deadLettered,
        runs: record.calls.filter(({ action }) => action === 'work').length,
      },
      waitedSeconds: Math.round((answer?.waitedMs ?? 0) / 1_000),
    };
  } finally {
    await stage.close();
  }
}

function answerOf({ answers }: PlayRecord): Outcome['answer'] {
  const kind = answers[0]?.kind;
  return kind === 'succeeded' || kind === 'failed' ? kind : 'timedOut';
}
