import { type Entry, idOfKey } from '../ledger/entry.ts';
import type { Reported } from '../report.ts';
import type { Runtime } from '../runtime.ts';
import type { Service } from '../service.ts';
import { printAnswerMetrics } from './answer-metrics.ts';
import type { DeliverySpan } from './delivery-span.ts';

/** Who gives an answer. */
export interface Answerer {
  readonly who: 'function' | 'last resort' | 'complete';
  /** Whether it is what the answer was left to, such as a build, or was told of its end. */
  readonly isExecution?: boolean | undefined;
  /** The function that the delivery was handed to, where that is known. */
  readonly functionName?: string | undefined;
  /** Lambda's request id of the invocation that the delivery was handed to. */
  readonly requestId?: string | undefined;
  /** The ARN by which it was invoked. */
  readonly functionArn?: string | undefined;
  /** The span within which it is answered. */
  readonly span?: DeliverySpan | undefined;
}

/** An answer that was carried to its service. */
export interface GivenAnswer {
  readonly service: Service;
  readonly entry: Entry;
  readonly by: Answerer;
  /** Whether the decision was made just now, by whoever tells it. */
  readonly isOwn: boolean;
  readonly reported: Reported;
}

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
