import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { AwsConnection, SignedRequest } from '../aws/index.ts';
import { decide, tell } from './decide.ts';
import { fitEnd } from './fit-end.ts';
import { createDynamoDbLedger } from './ledger/dynamodb-ledger.ts';
import { entryKey } from './ledger/entry.ts';
import type { Runtime } from './runtime.ts';
import { redactedLog } from './secrets/log.ts';
import { createRedactor } from './secrets/redactor.ts';
import type { Service } from './service.ts';

/** How long the entry of a rehearsal is leased, in milliseconds; nothing takes that long here. */
const LEASE_MS = 1_000;

/**
 * Takes one delivery that nobody sent through the code of the ledger and of the report, so that the first real one finds
 * it loaded, compiled, and the keys of the day derived. Its requests are signed and answered here: nothing reaches the
 * network, the process's ledger, its log, its metrics or user logic.
 *
 * @throws whatever the code throws
 */
export async function rehearse(service: Service, real: Runtime, tableName: string): Promise<void> {
  const { time } = real;
  const connection: AwsConnection = { ...real.connection, transport: answerHere };
  const redactor = createRedactor();
  const runtime: Runtime = {
    ...real,
    connection,
    connect: () => connection,
    ledger: createDynamoDbLedger({ tableName, connection, time }),
    redactor,
    log: redactedLog(() => undefined, redactor),
    print: () => undefined,
    outcomeEventBus: undefined,
  };
  const secrets = redactor.scope();
  const ticket = { region: connection.region, data: {} };
  const delivery = { key: entryKey(service.name, 'rehearsal'), run: 1, ticket };
  const until = time.now() + LEASE_MS;
  const lease = { owner: runtime.uuid(), requestId: 'rehearsal', until };
  const found = await runtime.ledger.take(delivery, lease, until);
  if (found.kind !== 'run') return;
  const decision = fitEnd(service, { kind: 'succeeded', details: {} }, redactor.redact);
  const standing = await decide({ service, delivery }, decision, { owner: lease.owner }, runtime, until);
  if (standing.decision === undefined) return;
  await tell({ service, delivery, secrets, by: { who: 'function' } }, standing, runtime, until);
}

/** What an UpdateItem names. */
interface Update {
  readonly Key?: object;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
}

/** Says yes to everything; to an update by the item as that makes it. */
async function answerHere({ body }: SignedRequest): Promise<IncomingMessage> {
  const { Key, ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = updateOf(body);
  const set = Object.entries(names).flatMap(([name, attribute]) => {
    const value = values[`:${name.slice(1)}`];
    return value === undefined ? [] : [[attribute, value]];
  });
  const answer = JSON.stringify(Key === undefined ? {} : { Attributes: { ...Key, ...Object.fromEntries(set) } });
  return Object.assign(Readable.from([Buffer.from(answer)]), {
    statusCode: 200,
    headers: {},
  }) as unknown as IncomingMessage;
}

function updateOf(body: SignedRequest['body']): Update {
  return typeof body === 'string' ? (JSON.parse(body) as Update) : {};
}
