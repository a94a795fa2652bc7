import { Writable } from 'node:stream';
import { type AwsConnection, answerWithin } from '../aws/index.ts';
import { decide, tell } from './decide.ts';
import { fitEnd } from './fit-end.ts';
import { createDynamoDbLedger } from './ledger/dynamodb-ledger.ts';
import { entryKey } from './ledger/entry.ts';
import type { Runtime } from './runtime.ts';
import { createLog } from './secrets/log.ts';
import type { Service } from './service.ts';

/** How long the entry of a rehearsal is leased, in milliseconds; nothing takes that long here. */
const LEASE_MS = 1_000;

/**
 * Takes one delivery that nobody sent through the code of the ledger and of the report, so that the first real one finds
 * it loaded, compiled, and the keys of the day derived. Its requests are signed, sent and answered within the process:
 * nothing reaches the network, the process's ledger, its log, its metrics or user logic.
 *
 * @throws whatever the code throws
 */
export async function rehearse(service: Service, real: Runtime, tableName: string): Promise<void> {
  // No such host can be (RFC 2606).
  const host = new URL(`https://${real.uuid()}.invalid`);
  const end = answerWithin(host, sayYes);
  try {
    const connection: AwsConnection = { ...real.connection, endpoint: () => host };
    await answerOnce(service, {
      ...real,
      ...createLog(new Writable({ write: (_line, _encoding, done) => done() })),
      connection,
      connect: () => connection,
      ledger: createDynamoDbLedger({ tableName, connection, time: real.time }),
      print: () => undefined,
      outcomeEventBus: undefined,
    });
  } finally {
    end();
  }
}

async function answerOnce(service: Service, runtime: Runtime): Promise<void> {
  const { redactor, connection, time, ledger } = runtime;
  const secrets = redactor.scope();
  secrets.add('what a service would hand over');
  const ticket = { region: connection.region, data: {} };
  const delivery = { key: entryKey(service.name, 'rehearsal'), run: 1, ticket };
  const until = time.now() + LEASE_MS;
  const lease = { owner: runtime.uuid(), requestId: 'rehearsal', until };
  const found = await ledger.take(delivery, lease, until);
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
function sayYes(body: string): string {
  const request = JSON.parse(body) as Update;
  const { Key, ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = request;
  const set = Object.entries(names).flatMap(([name, attribute]) => {
    const value = values[`:${name.slice(1)}`];
    return value === undefined ? [] : [[attribute, value]];
  });
  return JSON.stringify(Key === undefined ? {} : { Attributes: { ...Key, ...Object.fromEntries(set) } });
}
