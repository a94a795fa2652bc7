import { followDeferrals } from './completions.ts';
import type { CrashCase } from './crash-case.ts';
import type { CrashStage } from './crash-stage.ts';
import { createDirector } from './director.ts';
import { openStage } from './open-stage.ts';
import type { Played } from './plan.ts';
import { entryKeysOf, type PlayRecord } from './play-record.ts';
import type { Story } from './story.ts';

/** Takes what was played just now, and how many that are in all. */
export type OnPlayed = (count: number, played: readonly Played[]) => void;

/** Plays cases on a stage of its own. */
export interface CaseRunner {
  readonly stage: CrashStage;
  /** Plays cases, many at the same time, and gives them back in their order. */
  run(cases: readonly CrashCase[], onPlayed?: OnPlayed): Promise<readonly Played[]>;
  close(): Promise<void>;
}

/**
 * How many cases are under way together. While any function runs, time passes at its real rate; so all wait together,
 * and then a minute is over in a blink.
 */
const WAVE = 80;
/** Real milliseconds without any event of the cloud after which a wave counts as stuck. */
const STILL_LIMIT_MS = 60_000;

/** Opens a stage and the director of its plays. */
export async function createCaseRunner(assembly: string, story: Story): Promise<CaseRunner> {
  const director = createDirector(story);
  let completions: ReturnType<typeof followDeferrals> | undefined;
  const stage = await openStage(assembly, story, {
    strike(record, call, moment) {
      if (!director.strikesWork(record, call, moment)) return false;
      stage.cloud.lambda.kill(call.environmentId);
      return true;
    },
    async hold(record, callbackId) {
      if (director.caseOf(record.play)?.kind !== 'defers-after-completed' || record.callbackIds[0] !== callbackId)
        return;
      await completions?.completeNow(record.play, callbackId);
    },
  });
  for (const fault of director.faults(stage.chronicle)) stage.cloud.faults.add(fault);
  completions = followDeferrals(stage, story, director);
  let plays = 0;

  async function playWave(cases: readonly CrashCase[]): Promise<readonly Played[]> {
    const played = cases.map((crashCase) => {
      const play = `play-${++plays}`;
      director.cast(play, crashCase);
      const functionName = story.alone ? stage.outputs[`${crashCase.fn}FunctionName`] : undefined;
      return { crashCase, record: stage.chronicle.open(play, functionName) };
    });
    const delivered = played.map(({ crashCase: { kind, fn, delivery }, record }) =>
      story.deliver(stage, record.play, kind, fn, delivery),
    );
    await whileItGoesOn(stage, Promise.all(delivered));
    await whileItGoesOn(stage, stage.idle());
    for (const body of await stage.deadLetters()) {
      const record = stage.chronicle.playOf(JSON.parse(body));
      if (record !== undefined) record.deadLettered = true;
    }
    for (const { record } of played) {
      await readStanding(record);
      record.requests.push(...((await story.seeRequests?.(stage, record.play)) ?? []));
      record.builds.push(...(story.seeBuilds?.(stage, record.play) ?? []));
      stage.chronicle.close(record.play);
    }
    return played;
  }

  async function readStanding(record: PlayRecord): Promise<void> {
    for (const key of entryKeysOf(record)) {
      const decision = await stage.standing(key);
      if (decision !== undefined) record.standing.set(key, decision);
    }
  }

  return {
    stage,
    async run(cases, onPlayed) {
      const played = new Map<CrashCase, Played>();
      for (const wave of wavesOf(cases, story)) {
        const now = await playWave(wave);
        for (const one of now) played.set(one.crashCase, one);
        onPlayed?.(played.size, now);
      }
      return cases.flatMap((crashCase) => played.get(crashCase) ?? []);
    },
    async close() {
      completions?.stop();
      await stage.close();
    },
  };
}

/** Cases that are under way together: as many as can be, or one of each function. */
function wavesOf(
  cases: readonly CrashCase[],
  { alone = false, together = WAVE }: Story,
): readonly (readonly CrashCase[])[] {
  const waves = new Map<number, CrashCase[]>();
  const counts = new Map<string, number>();
  for (const [index, crashCase] of cases.entries()) {
    const count = counts.get(crashCase.fn) ?? 0;
    counts.set(crashCase.fn, count + 1);
    const number = alone ? count : Math.floor(index / together);
    waves.set(number, [...(waves.get(number) ?? []), crashCase]);
  }
  return [...waves.values()];
}

/** Waits for the end of something, or until nothing has happened for long: what is not over then shows as unanswered. */
async function whileItGoesOn({ cloud }: CrashStage, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let stopWatching = () => {};
  const still = new Promise<void>((resolve) => {
    stopWatching = cloud.events.onAny(() => {
      clearTimeout(timer);
      timer = setTimeout(resolve, STILL_LIMIT_MS);
    });
    timer = setTimeout(resolve, STILL_LIMIT_MS);
  });
  await Promise.race([work.catch(() => undefined), still]);
  stopWatching();
  clearTimeout(timer);
}
