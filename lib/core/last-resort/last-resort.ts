import { LAST_RESORT_MAX_RECEIVES } from '../../lifetimes.ts';
import type { InvocationContext } from '../deadline.ts';
import { failedEnd } from '../decision.ts';
import { deliveryOf } from '../delivery.ts';
import { unwrap } from '../envelope.ts';
import { InvalidEventError } from '../errors.ts';
import { fitEnd } from '../fit-end.ts';
import type { BatchResponse } from '../handler.ts';
import type { Runner } from '../runner.ts';
import type { Runtime } from '../runtime.ts';
import { secretMembers } from '../secrets/secret-members.ts';
import { type Recognised, type Service, secretsOf } from '../service.ts';
import { inSpan } from '../telemetry/delivery-span.ts';
import { recogniseExecution } from './answer-for-execution.ts';
import { answerInPlace } from './answer-in-place.ts';
import type { Try } from './failed-delivery.ts';
import { type FailureRecord, readFailureRecord, whatHappened } from './failure-record.ts';

/** The part of an SQS event that the last resort reads. */
export interface QueueEvent {
  readonly Records: readonly {
    readonly messageId: string;
    readonly body: string;
    readonly attributes?: { readonly ApproximateReceiveCount?: string };
  }[];
}

/** Time kept back at the end, in milliseconds. */
const EXIT_MARGIN_MS = 500;

/**
 * Makes the function that answers for those that could not: fed by their on-failure destination and by dead-letter
 * queues, it reports the stored decision, or decides failed and reports that.
 *
 * What becomes of a runner's execution comes by the same queue, as the event of its runner or of the service.
 *
 * A build that has the AWS CLI alone invokes it with a record whose body is its answer, as an object or as text.
 *
 * What it cannot read stays in its queue and ends in the queue's dead-letter queue, where an alarm watches. What nobody
 * waits for is dropped with a line in the log: events that ask for no answer, and jobs that were never acknowledged.
 */
export function createLastResort(
  services: readonly Service[],
  provide: () => Runtime,
  runners: readonly Runner[] = [],
): (event: QueueEvent, context: InvocationContext) => Promise<BatchResponse> {
  return async (event, context) => {
    if (!Array.isArray((event as Partial<QueueEvent> | undefined)?.Records)) {
      throw new InvalidEventError('expected a batch of SQS messages, {"Records": [...]}');
    }
    const runtime = provide();
    const until = runtime.time.now() + context.getRemainingTimeInMillis() - EXIT_MARGIN_MS;
    const failures: { itemIdentifier: string }[] = [];
    // Side by side, so that each has all the time there is, and one that hangs does not eat the others'.
    await Promise.all(
      event.Records.map(async ({ messageId, body, attributes }) => {
        const number = Number(attributes?.ApproximateReceiveCount ?? 1);
        const isLastTry = number >= LAST_RESORT_MAX_RECEIVES;
        try {
          const record = readFailureRecord(body);
          const attempt = { until, number, isLastTry };
          // What a function was handed is never taken for an answer.
          const isBare = record.functionName === undefined;
          const ofExecution = isBare ? recogniseExecution(record.payload, { services, runners }) : undefined;
          if (ofExecution !== undefined) await ofExecution(runtime, attempt);
          else await answerFor(record, services, runtime, attempt);
        } catch (error) {
          runtime.log.error('the last resort could not answer; the message comes again', { messageId, error });
          failures.push({ itemIdentifier: messageId });
        }
      }),
    );
    return { batchItemFailures: failures };
  };
}

async function answerFor(
  record: FailureRecord,
  services: readonly Service[],
  runtime: Runtime,
  attempt: Try,
): Promise<void> {
  const { connection, redactor } = runtime;
  const { event, token } = unwrap(record.payload);
  const { functionName } = record;
  const found = recognise(event, { region: connection.region, functionName }, services);
  if (found === undefined) return dropUnowed(event, record, services, runtime);
  const { service, recognised } = found;
  const secrets = redactor.scope();
  try {
    // A handler's own wrapping may have thrown what the event held; the record repeats it.
    secrets.add(...secretsOf(service, recognised.ticket), ...secretMembers(event));
    const delivery = deliveryOf(service, recognised, token);
    const failed = fitEnd(service, failedEnd(whatHappened(record, service.noun), 'crashed'), redactor.redact);
    const by = { who: 'last resort', functionName, requestId: record.requestId } as const;
    await inSpan({ service, delivery, event, by }, runtime, (span) =>
      answerInPlace({ record, service, delivery, failed, event, secrets, by: { ...by, span } }, runtime, attempt),
    );
  } finally {
    secrets.end();
  }
}

function recognise(
  event: unknown,
  origin: Parameters<Service['recognise']>[1],
  services: readonly Service[],
): { readonly service: Service; readonly recognised: Recognised } | undefined {
  for (const service of services) {
    const recognised = service.recognise(event, origin);
    if (recognised !== undefined) return { service, recognised };
  }
  return undefined;
}

/** @throws InvalidEventError where the event is not known to ask for nothing */
function dropUnowed(event: unknown, record: FailureRecord, services: readonly Service[], { log }: Runtime): void {
  const { functionName, errorType, errorMessage } = record;
  const unowed = services.map((service) => service.describeUnowed?.(event)).find((what) => what !== undefined);
  if (unowed === undefined) {
    throw new InvalidEventError(`no service recognises the event that ${functionName ?? 'a function'} failed on`);
  }
  const fields = { functionName, errorType, errorMessage };
  log.warn(`a function failed on ${unowed}, which asks for no answer; dropped`, fields);
}
