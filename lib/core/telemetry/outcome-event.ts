import { putEvent } from '../../aws/index.ts';
import { type Entry, idOfKey } from '../ledger/entry.ts';
import type { Reported } from '../report.ts';
import type { Runtime } from '../runtime.ts';
import type { Service } from '../service.ts';

/** What an event may take: in milliseconds, and of the time that is left. */
const LONGEST_MS = 1_000;
const SHARE = 0.3;

/**
 * Tells a bus, where one was named, how some work ended. It comes after the answer, which it cannot change or delay:
 * never throws, and gives up after a second. A report that is repeated may be told again.
 */
export async function announceOutcome(
  service: Service,
  entry: Entry,
  { decision, alreadySettled }: Reported,
  { outcomeEventBus, connection, log, time }: Runtime,
  until: number,
): Promise<void> {
  if (outcomeEventBus === undefined) return;
  const id = idOfKey(entry.key);
  const leftMs = Math.min(LONGEST_MS, SHARE * (until - time.now()));
  const event = {
    eventBus: outcomeEventBus,
    source: 'ringback',
    detailType: 'Callback Answered',
    detail: {
      service: service.name,
      id,
      outcome: decision.kind,
      ...(decision.kind === 'failed' ? { reason: decision.reason, category: decision.category } : {}),
      alreadySettled,
      // An entry that cannot be read does not say since when it is open.
      ...(entry.openedAt > 0 ? { openedAt: new Date(entry.openedAt).toISOString() } : {}),
    },
  };
  // The timer takes whole milliseconds only.
  await putEvent(event, connection, AbortSignal.timeout(Math.max(1, Math.floor(leftMs)))).catch((error: unknown) =>
    log.warn('the event that says how it ended is not made', { id, error }),
  );
}
