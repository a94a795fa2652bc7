import { Writable } from 'node:stream';
import { type AwsConnection, answerWithin } from '../aws/index.ts';
import type { Answer } from './answer-delivery.ts';
import { answerEvent } from './answer-event.ts';
import { unwrap } from './envelope.ts';
import { createDynamoDbLedger } from './ledger/dynamodb-ledger.ts';
import type { Runtime } from './runtime.ts';
import type { Sample } from './sample.ts';
import { createLog } from './secrets/log.ts';

/** The time that the invocation of a rehearsal has, in milliseconds; nothing takes that long here. */
const LONGEST_MS = 10_000;

/** The first time loads and compiles; the next ones find what is called, and of which shape, so that it takes half as long. */
const TIMES = 3;

/**
 * Answers a sample some times, so that the first real delivery finds the code of every step loaded, compiled and used, and
 * the keys of the day derived. Its requests are signed, sent and answered within the process: nothing reaches the
 * network, the process's ledger, its log, its metrics, its spans or user logic, and the runtime keeps its listeners.
 *
 * @param bound - no further time begins when it has aborted
 * @returns what the last came to: a success, unless some step could not be taken
 * @throws whatever the code throws
 */
export async function rehearse(
  sample: Sample,
  real: Runtime,
  tableName: string,
  bound?: AbortSignal,
): Promise<Answer | undefined> {
  // No such host can be (RFC 2606).
  const host = new URL(`https://${real.uuid()}.invalid`);
  const connection: AwsConnection = { ...real.connection, endpoint: () => host };
  const runtime: Runtime = {
    ...real,
    ...createLog(new Writable({ write: (_line, _encoding, done) => done() })),
    connection,
    connect: () => connection,
    ledger: createDynamoDbLedger({ tableName, connection, time: real.time }),
    print: () => undefined,
    listenForStrayErrors: () => () => undefined,
    outcomeEventBus: undefined,
  };
  let answer: Answer | undefined;
  for (let round = 0; round < TIMES && bound?.aborted !== true; round++) {
    const end = answerWithin(host, startTable());
    try {
      answer = await answerOnce(sample, runtime);
    } finally {
      end();
    }
  }
  return answer;
}

/** Takes a delivery by the way of every delivery, with logic that succeeds at once. */
function answerOnce({ service, event, outcome }: Sample, runtime: Runtime): Promise<Answer | undefined> {
  const until = runtime.time.now() + LONGEST_MS;
  const context = {
    awsRequestId: 'rehearsal',
    functionName: 'rehearsal',
    getRemainingTimeInMillis: () => until - runtime.time.now(),
  };
  return answerEvent(
    { service, logic: () => outcome, options: {} },
    runtime,
    unwrap(event),
    context,
    (_traced, _runtime, work) => work(undefined),
  );
}

/** What an UpdateItem names. */
interface Update {
  readonly Key?: object;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
}

/** Says yes to everything; to an update by the item as that and those before it make it. */
function startTable(): (body: string) => string {
  let item: object = {};
  return (body) => {
    const request = JSON.parse(body) as Update;
    const { Key, ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = request;
    if (Key === undefined) return '{}';
    const set = Object.entries(names).flatMap(([name, attribute]) => {
      const value = values[`:${name.slice(1)}`];
      return value === undefined ? [] : [[attribute, value]];
    });
    item = { ...item, ...Key, ...Object.fromEntries(set) };
    return JSON.stringify({ Attributes: item });
  };
}
