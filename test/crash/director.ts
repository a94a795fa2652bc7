import type { Fault } from '../../lib/local/faults/index.ts';
import type { WireCall } from '../../lib/local/wire/interceptor.ts';
import type { Chronicle } from './chronicle.ts';
import { type CallStrike, type CrashCase, strikeFaults } from './crash-case.ts';
import { NO_CALLBACK, type PlayRecord, type RecordedCall } from './play-record.ts';
import type { Story } from './story.ts';

/** Lets every play go wrong the way its case says. */
export interface Director {
  /** The case that a play is of. */
  cast(play: string, crashCase: CrashCase): void;
  caseOf(play: string): CrashCase | undefined;
  /** What to add to the cloud, once: each looks at every call and strikes those of the plays that want it. */
  faults(chronicle: Chronicle): readonly Fault[];
  /** Whether a call that does not go over the wire is to end its process. */
  strikesWork(record: PlayRecord, call: RecordedCall, moment: 'before' | 'after'): boolean;
}

/** After all of Lambda's retries, in simulated milliseconds. */
const REPEATED_AFTER_MS = 200_000;
const DEADLY: ReadonlySet<string> = new Set(['kill', 'hang']);

/**
 * Whether what strikes each attempt strikes here no more: the last resort has looked at the delivery, so that it may be
 * answered when it is handed over once more; or one event that asks for no answer has had its strikes.
 */
function isSpared({ ends, struck }: PlayRecord, { callbackId, requestId }: RecordedCall): boolean {
  if (callbackId !== NO_CALLBACK) {
    return ends.some((end) => end.by === 'last-resort' && end.callbackId === callbackId);
  }
  const first = struck.find(({ call }) => call.callbackId === NO_CALLBACK);
  return first !== undefined && first.call.requestId !== requestId;
}

/** Creates a director without plays. */
export function createDirector(story: Story): Director {
  const cases = new Map<string, CrashCase>();
  const unheard = new Set<string>();

  function strikeAt(record: PlayRecord, call: RecordedCall, moment: 'before' | 'after'): CallStrike | undefined {
    const { once, also, each, lastResort } = cases.get(record.play)?.strike ?? {};
    // A delivery that is put off is brought back by a message, which stands in the place of the report.
    const isReport = story.answerActions.includes(call.action) || call.action === 'sqs:SendMessage';
    const hits = (strike: CallStrike | undefined, position: number) =>
      strike?.moment === moment && (strike.call === position || (strike.call === 0 && isReport)) ? strike : undefined;
    return (
      hits(once, call.position.story) ??
      hits(also, call.position.story) ??
      (call.by === 'function' && !isSpared(record, call) ? hits(each, call.position.attempt) : undefined) ??
      (call.by === 'last-resort' ? hits(lastResort, call.position.caller) : undefined)
    );
  }

  function note({ struck }: PlayRecord, call: RecordedCall, fault: string): true {
    struck.push({ call, fault, deadly: DEADLY.has(fault) });
    return true;
  }

  return {
    cast: (play, crashCase) => {
      cases.set(play, crashCase);
    },
    caseOf: (play) => cases.get(play),
    faults(chronicle) {
      const wants = (fault: string, moment: 'before' | 'after') => (wire: WireCall) => {
        const known = chronicle.callOf(wire.requestId);
        if (known === undefined || strikeAt(known.record, known.call, moment)?.fault !== fault) return false;
        return note(known.record, known.call, fault);
      };
      const times = Number.POSITIVE_INFINITY;
      const delivers = (delivery: CrashCase['delivery']) => (event: unknown) =>
        story.read(event) !== undefined && cases.get(chronicle.playOf(event)?.play ?? '')?.delivery === delivery;
      return [
        ...strikeFaults.flatMap((kind): Fault[] => {
          if (kind === 'kill' || kind === 'hang') {
            return (['before', 'after'] as const).map((moment) => ({
              kind,
              moment,
              times,
              where: wants(kind, moment),
            }));
          }
          return [{ kind, times, where: wants(kind, kind === 'lost' ? 'after' : 'before') }];
        }),
        {
          // The first report after a strike, or the first at all, arrives and is never heard of again.
          kind: 'lost',
          times,
          where(wire) {
            const known = chronicle.callOf(wire.requestId);
            if (known === undefined || !story.answerActions.includes(known.call.action)) return false;
            const { play, struck } = known.record;
            const { delivery, strike } = cases.get(play) ?? {};
            if (delivery !== 'unheard' || unheard.has(play)) return false;
            if (Object.keys(strike ?? {}).length > 0 && struck.length === 0) return false;
            unheard.add(play);
            return true;
          },
        },
        { kind: 'duplicate', times, where: delivers('doubled') },
        { kind: 'duplicate', times, delayMs: REPEATED_AFTER_MS, where: delivers('repeated') },
      ];
    },
    strikesWork(record, call, moment) {
      const strike = strikeAt(record, call, moment);
      return strike !== undefined && DEADLY.has(strike.fault) && note(record, call, strike.fault);
    },
  };
}
