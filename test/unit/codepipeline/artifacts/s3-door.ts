import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Kernel } from '../../../../lib/local/kernel/kernel.ts';
import type { LocalService } from '../../../../lib/local/kernel/service.ts';

/** A request as it came: `GET`, and which bytes it asked for. */
export interface DoorRequest {
  readonly method: string;
  readonly range: string | undefined;
}

/** Serves one service of the local cloud on loopback, and keeps what it was asked in `requests`. */
export async function openDoor(
  kernel: Kernel,
  { http }: LocalService,
  requests: DoorRequest[],
): Promise<{ endpoint: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', range: request.headers.range });
    const keyId = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1];
    const principal = kernel.identity.principalOf(keyId);
    void http?.handle(request, response, {
      requestId: kernel.uuid(),
      principal,
      url: new URL(request.url ?? '/', 'http://127.0.0.1'),
      async body() {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        return Buffer.concat(chunks);
      },
      authorize: (...question) => kernel.identity.authorize(principal, ...question),
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
