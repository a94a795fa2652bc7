import { type HandOver, handOverEvent } from '../../codepipeline/polled/hand-over.ts';
import type { WorkerHandler } from '../../codepipeline/worker/worker-handler.ts';
import { deliveryOf } from '../../core/delivery.ts';
import { putOff } from '../../core/put-off.ts';
import { report } from '../../core/report.ts';

/** Handing back may take this long, in milliseconds. */
const PATIENCE_MS = 8_000;

/**
 * Gives an acknowledged job back: answers it with a continuation, for which CodePipeline makes a new job that any worker
 * may take, for the same run. What this process's logic still returns for it changes nothing. Does nothing to a job that
 * has been decided, nor to one that is not known to be acknowledged here: CodePipeline offers that again by itself. The
 * worker must have stopped acknowledging.
 *
 * @returns whether another worker can take it
 * @throws LedgerError, AnswerNotGivenError
 */
export async function handBack(job: HandOver, handler: WorkerHandler): Promise<boolean> {
  const runtime = handler.runtime();
  const { service } = handler;
  const { ledger, time, connection, redactor } = runtime;
  const event = handOverEvent(job);
  const recognised = service.recognise(event, { region: connection.region, functionName: undefined });
  if (recognised === undefined) return false;
  const { key, run, ticket } = deliveryOf(service, recognised, undefined);
  const until = time.now() + PATIENCE_MS;
  const entry = await ledger.read(key, until);
  if (entry?.acknowledged !== 'yes' || entry.run !== run) return true;
  const secrets = redactor.scope();
  try {
    if (entry.state.kind === 'decided') {
      const { decision } = entry.state;
      await report({ service, entry, decision, delivered: ticket, secrets }, runtime, until);
      await ledger.noteReported(key, true, until);
      return false;
    }
    if (entry.state.kind !== 'running') return true;
    const { owner } = entry.state;
    // In doubt until the new job is there: whoever takes that acknowledges it, and who comes after a death here asks.
    await ledger.giveBack(key, owner, { acknowledged: 'unknown' }, until);
    const waiting = { dueAt: time.now(), progress: { summary: 'handed back by a worker that stops' } };
    await putOff({ service, ticket, key, run, waiting, event, secrets }, runtime, until);
    await ledger.giveBack(key, owner, { dropsTicket: true }, until);
    return true;
  } finally {
    secrets.end();
  }
}
