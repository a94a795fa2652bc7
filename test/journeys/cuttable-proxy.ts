import { connect, createServer, type Server, type Socket } from 'node:net';

/** What the way to a service does with a request: lets it through, breaks it off, or swallows it without a word. */
export type Way = 'open' | 'reset' | 'silent' | 'answer lost';

/** A way on loopback that can be cut. */
export interface CuttableProxy {
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * Starts a way to `endpoint`. `wayOf` is asked at each connection, and then at each request by its operation
 * (`AcknowledgeJob`).
 */
export async function startProxy(
  endpoint: string,
  wayOf: (operation: string | undefined) => Way,
): Promise<CuttableProxy> {
  const target = new URL(endpoint);
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    sockets.add(client);
    client.on('close', () => sockets.delete(client)).on('error', () => undefined);
    if (wayOf(undefined) === 'reset') return void client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
    let way: Way = 'open';
    client.on('data', (chunk) => {
      const operation = /^x-amz-target: \w+\.(\w+)/im.exec(chunk.toString('latin1'))?.[1];
      if (operation !== undefined) way = wayOf(operation);
      if (way === 'reset') client.destroy();
      if (way === 'open' || way === 'answer lost') upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (way === 'answer lost') client.destroy();
      else client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy does not listen on a port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
