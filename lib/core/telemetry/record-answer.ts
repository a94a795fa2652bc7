import { idOfKey } from '../ledger/entry.ts';
import type { Runtime } from '../runtime.ts';
import { printAnswerMetrics } from './answer-metrics.ts';
import type { GivenAnswer } from './given-answer.ts';

/**
 * Puts an answer on record: one line of the log for each decision that is told, one line of metrics where the function has
 * a namespace for them, and the span of its delivery where there is one.
 */
export function recordAnswer(answer: GivenAnswer, runtime: Runtime): void {
  const { log, time } = runtime;
  const { service, entry, by, isOwn, reported } = answer;
  const { decision, alreadySettled, retries } = reported;
  const ageMs = entry.openedAt > 0 ? time.now() - entry.openedAt : undefined;
  by.span?.answered(answer);
  const level = by.who === 'last resort' ? 'warn' : 'info';
  log[level](alreadySettled ? 'settled already' : 'answered', {
    callbackService: service.name,
    id: idOfKey(entry.key),
    run: entry.run,
    decision: decision.kind,
    ...(decision.kind === 'failed' ? { reason: decision.reason, category: decision.category } : {}),
    summary: decision.details.summary || undefined,
    by: by.who,
    functionName: by.functionName,
    requestId: by.requestId,
    isRepeated: isOwn ? undefined : true,
    retries: retries || undefined,
    ageMs,
  });
  printAnswerMetrics(answer, ageMs, runtime);
}
