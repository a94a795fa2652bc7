import { encodeCallback } from 'ringback';
import { idOfKey } from '../../lib/core/ledger/entry.ts';
import type { CrashStage } from './crash-stage.ts';
import type { Director } from './director.ts';
import type { Story } from './story.ts';

/** How long after its deferral a callback is completed, in simulated milliseconds. */
const COMPLETED_AFTER_MS = 45_000;

/** Why a callback is answered failed by somebody else. */
export const REFUSAL = 'the completer refuses';

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
    const delivery = record(play)?.deliveries.get(callbackId);
    if (delivery === undefined) throw new Error(`nobody was handed the callback ${callbackId}`);
    const { completion: details, service } = story;
    const { key, ticket } = delivery;
    const callback = encodeCallback({ service: service.name, id: idOfKey(key), region: ticket.region });
    const reason = isRefused(director.caseOf(play)?.kind) ? REFUSAL : undefined;
    const payload = JSON.stringify({ callback, details, reason, play, callbackId: idOfKey(key) });
    const principal = cloud.identity.principalOf(stage.client.credentials.accessKeyId);
    await cloud.lambda.invokeEvent(outputs.CompleterName ?? '', payload, { principal });
  }

  function completeLater(play: string | undefined, callbackId: string): void {
    const kind = play === undefined ? undefined : director.caseOf(play)?.kind;
    if (play === undefined || (kind !== 'defers-then-completed' && !isRefused(kind))) return;
    if (begun.has(play)) return;
    begun.add(play);
    // A failure shows as a callback that nobody completed.
    cloud.clock.after(COMPLETED_AFTER_MS, () => void invoke(play, callbackId).catch(() => undefined));
  }

  const stops = [
    cloud.events.on('answer', ({ callbackId, kind }) => {
      if (kind === 'continued') completeLater(stage.chronicle.recordOf(callbackId)?.play, callbackId);
    }),
    // Where the service waits on, a deferral shows in the message that brings the delivery back, sent or only tried: the
    // logic has handed its callback out by then, whatever becomes of the message.
    cloud.events.on('call', ({ service, operation, requestId }) => {
      if (service !== 'sqs' || operation !== 'SendMessage') return;
      const known = stage.chronicle.callOf(requestId);
      if (known !== undefined) completeLater(known.record.play, known.call.callbackId);
    }),
  ];

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
    stop() {
      for (const stop of stops) stop();
    },
  };
}

function isRefused(kind: string | undefined): boolean {
  return kind === 'defers-then-refused';
}
