import type { CrashCase } from './crash-case.ts';
import { judge } from './judge.ts';
import { dryRuns, lastResortStrikes, type Played, strikes } from './plan.ts';
import type { CaseRunner } from './run-cases.ts';
import { createSecretIndex } from './secret-index.ts';
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

/** Tells how far a run is, and what it has just found. */
export type OnRound = (round: string, done: number, total: number, found: readonly Violation[]) => void;

/** Plays the whole matrix of a story: three rounds, each made of what was seen in the one before. */
export async function runMatrix(
  runner: CaseRunner,
  story: Story,
  onRound: OnRound = () => undefined,
  select: (cases: readonly CrashCase[]) => readonly CrashCase[] = (cases) => cases,
): Promise<MatrixResult> {
  const judging = createJudging(runner, story);
  async function round(name: string, cases: readonly CrashCase[]): Promise<readonly Played[]> {
    onRound(name, 0, cases.length, []);
    return runner.run(cases, (done, played) => onRound(name, done, cases.length, judging.take(played)));
  }
  const dry = await round('nothing goes wrong', select(dryRuns(story)));
  const second = await round('the function dies', select(strikes(story, dry)));
  await round('the last resort dies', select(lastResortStrikes(story, second)));
  return judging.result();
}

/** Judges what was played. */
export function judgeAll(played: readonly Played[], runner: CaseRunner, story: Story): MatrixResult {
  const judging = createJudging(runner, story);
  judging.take(played);
  return judging.result();
}

/** Judges what was played, bit by bit. */
function createJudging({ stage }: CaseRunner, story: Story) {
  const secrets = createSecretIndex();
  const violations: Violation[] = [];
  const waits = new Map<Answerer, { count: number; longestMs: number }>();
  let [points, cases] = [0, 0];

  function takeWaits({ crashCase, record }: Played): void {
    for (const callbackId of record.callbackIds) {
      const wait = waitOf(crashCase, record, callbackId, story);
      if (wait === undefined) continue;
      const { count, longestMs } = waits.get(wait.by) ?? { count: 0, longestMs: 0 };
      waits.set(wait.by, { count: count + 1, longestMs: Math.max(longestMs, wait.waitedMs) });
    }
  }

  return {
    /** @returns what is wrong with these */
    take(played: readonly Played[]): readonly Violation[] {
      for (const secret of stage.chronicle.secrets) secrets.add(secret);
      for (const one of played) {
        takeWaits(one);
        if (Object.keys(one.crashCase.strike).length === 0) points += one.record.calls.length;
      }
      cases += played.length;
      const found = played.flatMap(({ crashCase, record }) => judge(crashCase, record, story, secrets));
      violations.push(...found);
      return found;
    },
    result: (): MatrixResult => ({ points, cases, violations, waits }),
  };
}
