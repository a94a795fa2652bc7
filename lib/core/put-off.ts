import { callUntil } from '../aws/index.ts';
import { callResultApi } from './call-result-api.ts';
import { encodeContinuation } from './continuation-token.ts';
import type { Details } from './decision.ts';
import { returnQueueOf } from './delivery.ts';
import { wrap } from './envelope.ts';
import { AnswerNotGivenError } from './errors.ts';
import { idOfKey, type Ticket, type Waiting } from './ledger/entry.ts';
import type { Runtime } from './runtime.ts';
import type { SecretScope } from './secrets/redactor.ts';
import type { Service } from './service.ts';

/** That a delivery comes again later. */
export interface PutOffAnswer {
  readonly kind: 'put off';
  readonly token: string;
  /** What the service is told meanwhile. */
  readonly progress: Details;
}

/** A delivery that is to come again. */
export interface PuttingOff {
  readonly service: Service;
  /** That of the delivery itself: where the service hands tokens back, it is used up by this. */
  readonly ticket: Ticket;
  readonly key: string;
  /** The run that the entry waits for. */
  readonly run: number;
  readonly waiting: Waiting;
  /** The event as the service sent it. */
  readonly event: unknown;
  readonly secrets: Pick<SecretScope, 'add'>;
}

const SQS = { service: 'sqs', targetPrefix: 'AmazonSQS', jsonVersion: '1.0' } as const;
/** SQS holds a message back for at most 15 minutes (SendMessage, DelaySeconds); for more it takes several trips. */
const LONGEST_DELAY_SECONDS = 900;
const SEND_TRY_MS = 3_000;

/**
 * Brings a delivery about again later. What it waits for is stored before; so twice does no harm, and whoever finds the
 * entry can do it.
 *
 * @throws AnswerNotGivenError when it could not be announced
 */
export async function putOff(delivery: PuttingOff, runtime: Runtime, until: number): Promise<PutOffAnswer> {
  const { service, key, run, waiting } = delivery;
  const { dueAt, progress, awaitsUntil } = waiting;
  const token = encodeContinuation({ key, run, dueAt, awaits: awaitsUntil !== undefined });
  if (service.putOff.by === 'message') await sendBack(delivery, token, runtime, until);
  else await answerLater(delivery, token, runtime, until);
  runtime.log.info('comes again later', { id: idOfKey(key), run, dueAt: new Date(dueAt).toISOString() });
  return { kind: 'put off', token, progress };
}

async function answerLater(delivery: PuttingOff, token: string, runtime: Runtime, until: number): Promise<void> {
  const { service, ticket, waiting, secrets } = delivery;
  const request = service.putOff.by === 'token' ? service.putOff.request : undefined;
  if (request === undefined) return;
  await callResultApi(
    { service, ticket, secrets, request: (to) => request(to, token, waiting.progress) },
    runtime,
    until,
  );
}

async function sendBack(delivery: PuttingOff, token: string, runtime: Runtime, until: number): Promise<void> {
  const { ticket, key, waiting, event } = delivery;
  const { connect, time } = runtime;
  const QueueUrl = returnQueueOf(ticket);
  if (QueueUrl === undefined) {
    throw new AnswerNotGivenError(
      `${idOfKey(key)} waits for its continuation, and the function has no continuation queue`,
    );
  }
  const delaySeconds = Math.ceil((waiting.dueAt - time.now()) / 1000);
  const message = {
    QueueUrl,
    MessageBody: wrap(event, token),
    DelaySeconds: Math.min(LONGEST_DELAY_SECONDS, Math.max(0, delaySeconds)),
  };
  try {
    await callUntil(connect(ticket.region), SQS, 'SendMessage', message, { until, time, tryMs: SEND_TRY_MS });
  } catch (cause) {
    throw new AnswerNotGivenError(`the delivery could not be put off: ${(cause as Error).message}`, { cause });
  }
}
