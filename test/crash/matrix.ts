import type { CrashCase } from './crash-case.ts';
import { judge } from './judge.ts';
import { dryRuns, lastResortStrikes, type Played, strikes } from './plan.ts';
import type { CaseRunner } from './run-cases.ts';
import type { Story } from './story.ts';
import type { Violation } from './violation.ts';
import { type Answerer, waitOf } from './waits.ts';

/** What a run of the matrix came to. */
export interface MatrixResult {
  /** Outbound calls of all stories together; before and after each of them something died. */
  readonly points: number;
  readonly cases: number;
  readonly violations: readonly Violation[];
  /** The longest wait for an answer, in simulated milliseconds, and how many answers, by who gave them. */
  readonly waits: ReadonlyMap<Answerer, { readonly count: number; readonly longestMs: number }>;
}

/** Tells how far a run is. */
export type OnRound = (round: string, done: number, total: number) => void;

/** Plays the whole matrix of a story: three rounds, each made of what was seen in the one before. */
export async function runMatrix(
  runner: CaseRunner,
  story: Story,
  onRound: OnRound = () => undefined,
  select: (cases: readonly CrashCase[]) => readonly CrashCase[] = (cases) => cases,
): Promise<MatrixResult> {
  async function round(name: string, cases: readonly CrashCase[]): Promise<readonly Played[]> {
    onRound(name, 0, cases.length);
    return runner.run(cases, (done) => onRound(name, done, cases.length));
  }
  const dry = await round('nothing goes wrong', select(dryRuns(story)));
  const second = await round('the function dies', select(strikes(story, dry)));
  const third = await round('the last resort dies', select(lastResortStrikes(story, second)));
  return judgeAll([...dry, ...second, ...third], runner, story);
}

/** Judges what was played. */
export function judgeAll(played: readonly Played[], runner: CaseRunner, story: Story): MatrixResult {
  const { secrets } = runner.stage.chronicle;
  const waits = new Map<Answerer, { count: number; longestMs: number }>();
  for (const { crashCase, record } of played) {
    for (const callbackId of record.callbackIds) {
      const wait = waitOf(crashCase, record, callbackId, story);
      if (wait === undefined) continue;
      const { count, longestMs } = waits.get(wait.by) ?? { count: 0, longestMs: 0 };
      waits.set(wait.by, { count: count + 1, longestMs: Math.max(longestMs, wait.waitedMs) });
    }
  }
  const dry = played.filter(({ crashCase }) => Object.keys(crashCase.strike).length === 0);
  return {
    points: dry.reduce((sum, { record }) => sum + record.calls.length, 0),
    cases: played.length,
    violations: played.flatMap(({ crashCase, record }) => judge(crashCase, record, story, secrets)),
    waits,
  };
}
