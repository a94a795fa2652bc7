import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestCertificate } from './test-certificate.ts';

/** A request that a subject made. */
export interface SeenCall {
  /** `logic` for what user logic asks; otherwise the operation, such as `PutItem`. */
  readonly name: string;
  /** Milliseconds on this process's `performance` clock, at which the request was there. */
  readonly at: number;
}

/** DynamoDB, CodePipeline and the address that user logic asks, as one server that says yes to everything. */
export interface Loopback {
  readonly endpoint: string;
  /** What user logic asks. */
  readonly logicUrl: string;
  /** Hands over the calls seen since the last time. */
  take(): readonly SeenCall[];
  close(): Promise<void>;
}

/** Options of {@link startLoopback}. */
export interface LoopbackOptions {
  /** Speaks TLS with it, as `localhost`. @defaultValue plain HTTP */
  readonly certificate?: TestCertificate;
  /** How long each answer waits, in milliseconds. @defaultValue 0 */
  readonly delayMs?: number;
  /** What some operations answer. @defaultValue nothing */
  readonly answers?: Readonly<Record<string, (input: Record<string, unknown>) => object>>;
}

/** Starts it. It answers without thought and keeps no more than the entries of jobs in hand, so that what is measured is the subject. */
export async function startLoopback(options: LoopbackOptions = {}): Promise<Loopback> {
  const { certificate, delayMs = 0, answers = {} } = options;
  let seen: SeenCall[] = [];
  const items = new Map<string, Item>();
  const listener: RequestListener = (request, response) => {
    const name = nameOf(request);
    seen.push({ name, at: performance.now() });
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const input = () => JSON.parse(Buffer.concat(chunks).toString('utf8'));
      const output = name === 'UpdateItem' ? updated(items, input()) : (answers[name]?.(input()) ?? {});
      const answer = () => {
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify(output));
      };
      if (delayMs > 0) setTimeout(answer, delayMs);
      else answer();
    });
  };
  const server = certificate ? createTlsServer({ ...certificate }, listener) : createServer(listener);
  const host = certificate ? 'localhost' : '127.0.0.1';
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const endpoint = `${certificate ? 'https' : 'http'}://${host}:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    logicUrl: `${endpoint}/health`,
    take() {
      const taken = seen;
      seen = [];
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function nameOf(request: IncomingMessage): string {
  const target = request.headers['x-amz-target'];
  return typeof target === 'string' ? (target.split('.').at(-1) ?? target) : 'logic';
}

type Item = Record<string, unknown>;

/** What an UpdateItem of the ledger names. */
interface Update {
  readonly Key: Item;
  readonly UpdateExpression: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
}

/** Makes an update, whatever its condition is, and gives the item as it then stands. */
function updated(items: Map<string, Item>, update: Update): { readonly Attributes: Item } {
  const {
    Key,
    UpdateExpression,
    ExpressionAttributeNames: names = {},
    ExpressionAttributeValues: values = {},
  } = update;
  const key = JSON.stringify(Key);
  const item: Item = { ...items.get(key), ...Key };
  const [sets = '', removes = ''] = UpdateExpression.split(' REMOVE ');
  for (const [, name = '', keeps, value = ''] of sets.matchAll(/(#\w+) = (if_not_exists\(#\w+, )?(:\w+)/g)) {
    const attribute = names[name] ?? name;
    if (keeps === undefined || item[attribute] === undefined) item[attribute] = values[value];
  }
  for (const [name] of removes.matchAll(/#\w+/g)) delete item[names[name] ?? name];
  if (item.data === undefined) items.set(key, item);
  else items.delete(key);
  return { Attributes: item };
}
