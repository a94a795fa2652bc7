import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

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

/** Starts it. It answers at once and keeps nothing, so that what is measured is the subject. */
export async function startLoopback(): Promise<Loopback> {
  let seen: SeenCall[] = [];
  const server = createServer((request, response) => {
    seen.push({ name: nameOf(request), at: performance.now() });
    request.resume();
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end('{}');
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
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
