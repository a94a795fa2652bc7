import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** DynamoDB and CodePipeline at one address, as far as an answer takes them. */
export interface ResultEndpoint {
  readonly url: string;
  /** The operations that were asked for, in order. */
  readonly operations: readonly string[];
  /** Every connection so far. */
  readonly connections: readonly Socket[];
  /** From now on a connection that stands dies of the next request on it, before it is answered. */
  killStanding(): void;
}

/** Starts one that a test ends. */
export async function startResultEndpoint(): Promise<ResultEndpoint> {
  const operations: string[] = [];
  const connections: Socket[] = [];
  const dying = new Set<Socket>();
  let item: object = {};
  const server = createServer(async (request, response) => {
    if (dying.has(request.socket)) return void request.socket.resetAndDestroy();
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    operations.push(operation);
    const asked = JSON.parse(await textOf(request));
    if (operation === 'UpdateItem') item = { ...item, ...asked.Key, ...setBy(asked) };
    response.end(JSON.stringify(operation === 'UpdateItem' ? { Attributes: item } : {}));
  });
  server.on('connection', (socket) => connections.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    operations,
    connections,
    killStanding: () => {
      for (const socket of connections) dying.add(socket);
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function setBy({ ExpressionAttributeNames: names, ExpressionAttributeValues: values }: Record<string, object>): object {
  const given = new Map(Object.entries(values ?? {}));
  return Object.fromEntries(
    Object.entries(names ?? {}).flatMap(([name, attribute]) => {
      const value = given.get(`:${name.slice(1)}`);
      return value === undefined ? [] : [[attribute, value]];
    }),
  );
}
