import type { EventCondition, QueuedEvent } from './async-queue.ts';
import type { InvocationOutcome } from './invocation.ts';
import { LATEST } from './local-function.ts';

/** The record that Lambda sends to a destination when an asynchronous event is settled. `time` is simulated. */
export function destinationRecord(
  event: QueuedEvent,
  condition: EventCondition,
  outcome: InvocationOutcome | undefined,
  time: number,
): object {
  const { target } = event;
  return {
    version: '1.0',
    timestamp: new Date(time).toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: target.qualifier === undefined ? `${target.arn}:${LATEST}` : target.arn,
      condition,
      approximateInvokeCount: event.attempts,
    },
    requestPayload: JSON.parse(event.payload),
    ...(outcome === undefined
      ? {}
      : {
          responseContext: {
            statusCode: 200,
            executedVersion: target.version,
            ...(outcome.failure === undefined ? {} : { functionError: 'Unhandled' }),
          },
          responsePayload: parsed(outcome.payload),
        }),
  };
}

/** A result that is no JSON stands in the record as text. */
function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}
