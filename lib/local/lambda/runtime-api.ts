import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from '../kernel/http.ts';

/** What the runtime client of one environment does. */
export interface RuntimeApiListener {
  /** It asks for an event: the init phase is over, or the last invocation is. */
  next(): void;
  /** It posts a result; `undefined` stands for one over the limit. */
  response(requestId: string, body: string | undefined): void;
  /** It posts the handler's error as JSON text; `ends` when its process ends with it. */
  error(requestId: string, body: string, ends: boolean): void;
  /** It could not load the handler. */
  initError(body: string): void;
}

/** The Runtime API of one environment. */
export interface RuntimeApi {
  /** `host:port`, as AWS_LAMBDA_RUNTIME_API has it. */
  readonly address: string;
  /** Hands an event to the client that waits for one. @throws Error when none waits. */
  deliver(headers: Readonly<Record<string, string>>, payload: string): void;
  /** Ends every connection; the client takes that as its end. */
  close(): void;
}

const BASE = '/2018-06-01/runtime';

/**
 * Starts the Runtime API that one environment talks to, on a loopback port of its own.
 *
 * One server for each environment keeps AWS_LAMBDA_RUNTIME_API in its documented form, and no process can take or
 * answer the event of another.
 */
export async function createRuntimeApi(
  listener: RuntimeApiListener,
  options: { readonly responseLimitBytes: number },
): Promise<RuntimeApi> {
  let waiting: ServerResponse | undefined;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (request.method === 'GET' && path === `${BASE}/invocation/next`) {
      waiting = response;
      listener.next();
      return;
    }
    const body = await readBody(request, options.responseLimitBytes);
    if (request.method === 'POST' && path === `${BASE}/init/error`) {
      accept(response);
      listener.initError(body ?? '');
      return;
    }
    const [, id, route] = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (request.method !== 'POST' || id === undefined) {
      refuse(response, 404, 'PathNotFound', `no ${request.method} ${path} in the Runtime API`);
      return;
    }
    if (body === undefined) refuse(response, 413, 'RequestEntityTooLarge', 'the response is over the limit');
    else accept(response);
    const requestId = decodeURIComponent(id);
    if (route === 'response') listener.response(requestId, body);
    else listener.error(requestId, body ?? '', request.headers['ringback-environment-ends'] === 'true');
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  await listen(server);
  const { port } = server.address() as AddressInfo;

  return {
    address: `127.0.0.1:${port}`,
    deliver(headers, payload) {
      if (waiting === undefined) throw new Error('no runtime client waits for an event');
      const response = waiting;
      waiting = undefined;
      response.writeHead(200, { ...headers, 'Content-Type': 'application/json' });
      response.end(payload);
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
}

async function readBody(request: IncomingMessage, limit: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  return size > limit ? undefined : Buffer.concat(chunks).toString('utf8');
}

function accept(response: ServerResponse): void {
  response.writeHead(202, { 'Content-Type': 'application/json' });
  response.end('{"status":"OK"}\n');
}

function refuse(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ errorType, errorMessage }));
}
