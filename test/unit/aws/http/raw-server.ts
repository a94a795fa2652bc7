import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { onTestFinished } from 'vitest';
import { createTestCertificate } from '../../../bench/test-certificate.ts';

/** A server that is told each request, and says whatever bytes it likes. */
export interface RawServer {
  readonly endpoint: URL;
  /** How many connections have been made. */
  connections(): number;
  /** How many of them were TLS sessions taken up again. */
  resumed(): number;
  /** All requests, as they came. */
  readonly requests: string[];
  /** Those that are open now. */
  readonly sockets: Set<Socket>;
}

/** Options of {@link startRawServer}. */
export interface RawServerOptions {
  /** Speaks TLS, as `localhost`. @defaultValue plain */
  readonly isTls?: boolean;
}

/** Starts one; `respond` is called with each request and its number on its connection, from 1. */
export async function startRawServer(
  respond: (socket: Socket, request: string, number: number, connection: number) => void,
  { isTls = false }: RawServerOptions = {},
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let connections = 0;
  let resumed = 0;
  const listener = (socket: Socket & { isSessionReused?(): boolean }) => {
    const connection = ++connections;
    if (socket.isSessionReused?.()) resumed++;
    sockets.add(socket);
    let received = '';
    let number = 0;
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.on('data', (bytes) => {
      received += bytes.toString('utf8');
      for (;;) {
        const end = received.indexOf('\r\n\r\n');
        const length = Number(/\r\ncontent-length: (\d+)/.exec(received.slice(0, end + 2))?.[1]);
        if (end < 0 || Buffer.byteLength(received.slice(end + 4)) < length) return;
        const body = Buffer.from(received.slice(end + 4))
          .subarray(0, length)
          .toString();
        const request = received.slice(0, end + 4) + body;
        received = received.slice(request.length);
        requests.push(request);
        respond(socket, request, ++number, connection);
      }
    });
  };
  const certificate = isTls ? createTestCertificate() : undefined;
  const server = certificate === undefined ? createServer(listener) : createTlsServer({ ...certificate }, listener);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, isTls ? 'localhost' : '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return {
    endpoint: new URL(isTls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`),
    connections: () => connections,
    resumed: () => resumed,
    requests,
    sockets,
  };
}
