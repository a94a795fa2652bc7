import type { PlayRecord } from './play-record.ts';

/** What happened in a play, in a line for each thing, for whoever reads a violation. */
export function traceOf({ calls, ends, answers, struck }: PlayRecord): readonly string[] {
  const short = (id: string) => id.slice(0, 8);
  const events = [
    ...calls.map((call) => {
      const outcome = call.actedAt === undefined ? (call.error ?? 'not acted upon') : 'ok';
      const blow = struck.some((strike) => strike.call === call) ? ', struck' : '';
      const text = `${call.by} ${short(call.environmentId)}: ${call.action} of ${short(call.callbackId)}: ${outcome}${blow}`;
      return {
        order: call.order,
        text: `${text} (call ${call.position.story}, at ${new Date(call.at).toISOString()})`,
      };
    }),
    ...ends.map(({ order, by, requestId, errorType = 'well', at }) => ({
      order,
      text: `${by} ended ${errorType}, request ${short(requestId)} (at ${new Date(at).toISOString()})`,
    })),
    ...answers.map(({ order, kind, callbackId, detail }) => ({
      order,
      text: `${short(callbackId)} is ${kind}: ${detail.slice(0, 200)}`,
    })),
  ];
  return events.sort((a, b) => a.order - b.order).map(({ order, text }) => `${order} ${text}`);
}
