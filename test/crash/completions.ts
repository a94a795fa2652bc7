import { encodeCallback } from 'ringback';
import type { CrashStage } from './crash-stage.ts';
import type { Director } from './director.ts';
import type { Story } from './story.ts';

/** How long after its deferral a callback is completed, in simulated milliseconds. */
const COMPLETED_AFTER_MS = 45_000;

/** Hands deferred callbacks to somebody else's process, as the logic of a real function would. */
export interface Completions {
  /** Completes a callback at once; resolves when that process has ended. */
  completeNow(play: string, callbackId: string): Promise<void>;
  stop(): void;
}

/** Watches a stage for deferred callbacks that are to be completed later. */
export function followDeferrals(stage: CrashStage, story: Story, director: Director): Completions {
  const { cloud, outputs } = stage;
  const begun = new Set<string>();

  const record = (play: string) => stage.chronicle.playOf({ play, callbackId: '-' });

  async function invoke(play: string, callbackId: string): Promise<void> {
    const payload = JSON.stringify({ callback: encodeCallback(story.callback(callbackId)), play, callbackId });
    const principal = cloud.identity.principalOf(stage.client.credentials.accessKeyId);
    await cloud.lambda.invokeEvent(outputs.CompleterName ?? '', payload, { principal });
  }

  const stop = cloud.events.on('answer', ({ callbackId, kind }) => {
    if (kind !== 'continued') return;
    const { play } = stage.chronicle.recordOf(callbackId) ?? {};
    if (play === undefined || director.caseOf(play)?.kind !== 'defers-then-completed') return;
    if (begun.has(play)) return;
    begun.add(play);
    // A failure shows as a callback that nobody completed.
    cloud.clock.after(COMPLETED_AFTER_MS, () => void invoke(play, callbackId).catch(() => undefined));
  });

  return {
    async completeNow(play, callbackId) {
      if (begun.has(play)) return;
      begun.add(play);
      const ended = new Promise<void>((resolve) => {
        const stopWatching = cloud.events.on('invocationEnd', ({ requestId }) => {
          const end = record(play)?.ends.at(-1);
          if (end?.by !== 'completer' || end.requestId !== requestId) return;
          stopWatching();
          resolve();
        });
      });
      await invoke(play, callbackId);
      await ended;
    },
    stop,
  };
}
