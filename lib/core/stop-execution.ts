import { callUntil } from '../aws/index.ts';
import { type Entry, idOfKey } from './ledger/entry.ts';
import type { Runtime } from './runtime.ts';
import type { Answerer } from './telemetry/given-answer.ts';

/** How long stopping may take, in milliseconds: nobody is owed it. */
const PATIENCE_MS = 3_000;
const TRY_MS = 1_500;

/**
 * Stops what an answer was left to, such as a build, once it was decided without it. Best effort: it has an end of its own,
 * and the answer stands whatever comes of this. Never throws.
 */
export async function stopExecution(
  { key, region, execution }: Entry,
  by: Answerer,
  { connect, log, time }: Runtime,
): Promise<void> {
  if (execution === undefined || by.isExecution === true) return;
  const { api, operation, input } = execution.stop;
  const fields = { id: idOfKey(key), executionId: execution.id };
  try {
    await callUntil(connect(region), api, operation, input, { until: time.now() + PATIENCE_MS, time, tryMs: TRY_MS });
    log.info('stopped what it was left to: it was decided otherwise', fields);
  } catch (error) {
    log.warn('what it was left to could not be stopped, and goes on to its own end', { ...fields, error });
  }
}
