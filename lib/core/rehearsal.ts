import { Writable } from 'node:stream';
import { type AwsConnection, answerWithin } from '../aws/index.ts';
import { type Answer, answerDelivery } from './answer-delivery.ts';
import { createDynamoDbLedger } from './ledger/dynamodb-ledger.ts';
import { entryKey } from './ledger/entry.ts';
import { succeed } from './outcome.ts';
import type { Runtime } from './runtime.ts';
import { createLog } from './secrets/log.ts';
import type { TaskService } from './service.ts';

/** The time that the invocation of a rehearsal has, in milliseconds; nothing takes that long here. */
const LONGEST_MS = 10_000;

/**
 * Answers one delivery that nobody sent, so that the first real one finds the code of every step loaded, compiled, and
 * the keys of the day derived. Its requests are signed, sent and answered within the process: nothing reaches the
 * network, the process's ledger, its log, its metrics or user logic, and the runtime keeps its listeners.
 *
 * @returns what it came to: a success, unless some step could not be taken
 * @throws whatever the code throws
 */
export async function rehearse(
  service: TaskService<unknown>,
  real: Runtime,
  tableName: string,
): Promise<Answer | undefined> {
  // No such host can be (RFC 2606).
  const host = new URL(`https://${real.uuid()}.invalid`);
  const end = answerWithin(host, startTable());
  try {
    const connection: AwsConnection = { ...real.connection, endpoint: () => host };
    return await answerOnce(service, {
      ...real,
      ...createLog(new Writable({ write: (_line, _encoding, done) => done() })),
      connection,
      connect: () => connection,
      ledger: createDynamoDbLedger({ tableName, connection, time: real.time }),
      print: () => undefined,
      listenForStrayErrors: () => () => undefined,
      outcomeEventBus: undefined,
    });
  } finally {
    end();
  }
}

/** Takes a delivery by the way of every delivery, with logic that succeeds at once, and a task that nobody reads. */
async function answerOnce(service: TaskService<unknown>, runtime: Runtime): Promise<Answer | undefined> {
  const ticket = { region: runtime.connection.region, data: { rehearsal: 'yes' } };
  const until = runtime.time.now() + LONGEST_MS;
  const secrets = runtime.redactor.scope();
  secrets.add('what a service would hand over');
  const id = 'rehearsal';
  return answerDelivery({
    service,
    logic: () => succeed(),
    onCrash: 'fail',
    runtime,
    context: { awsRequestId: id, functionName: id, getRemainingTimeInMillis: () => until - runtime.time.now() },
    delivery: { key: entryKey(service.name, id), run: 1, ticket },
    parsed: { id, ticket, secrets: [], createTask: () => undefined },
    secrets,
    event: {},
    by: { who: 'function' },
  });
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
