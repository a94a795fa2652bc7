import type { Entry } from '../ledger/entry.ts';
import type { Reported } from '../report.ts';
import type { Service } from '../service.ts';

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

/** The span of one delivery, as far as there is one. */
export interface DeliverySpan {
  /** Says on the span what its delivery came to. */
  answered(answer: GivenAnswer): void;
}
