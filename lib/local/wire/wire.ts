import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from '../kernel/http.ts';
import type { LocalService } from '../kernel/service.ts';
import type { WireKernel } from './exchange.ts';
import { type Interceptor, joinInterceptors } from './interceptor.ts';
import { createRequestListener, type RequestTaker } from './request-listener.ts';
import { createRouter } from './route.ts';

/** Longer than SDKs keep an idle connection, so that they never send into one that just closed. */
const KEEP_ALIVE_MS = 120_000;

const LOOPBACK = '127.0.0.1';

/** Options of {@link createWire}. */
export interface WireOptions {
  readonly kernel: WireKernel;
  readonly services: readonly LocalService[];
  /** The TCP port; 0 takes a free one. */
  readonly port: number;
  /** `127.0.0.1` or `localhost`; anything else is refused. @defaultValue '127.0.0.1' */
  readonly host?: string;
  /** Fault injection, asked in order. @defaultValue none */
  readonly interceptors?: readonly Interceptor[];
  /** Asked first for requests that are none of AWS's. @defaultValue none */
  readonly pages?: RequestTaker;
}

/** The door of the local cloud, open. */
export interface Wire {
  /** The base address, such as `http://127.0.0.1:4566`. */
  readonly endpoint: string;
  readonly port: number;
  /** Closes the door and every connection; calls under way get no response. */
  close(): Promise<void>;
}

/**
 * Opens the HTTP door of the local cloud on loopback.
 *
 * @throws Error when the host is not loopback, the port cannot be had, or two services claim the same name.
 */
export async function createWire(options: WireOptions): Promise<Wire> {
  const { kernel, services, port, host = LOOPBACK } = options;
  if (host !== LOOPBACK && host !== 'localhost') {
    throw new Error(`the local cloud binds ${LOOPBACK} only, but was asked for host '${host}'; leave the host out`);
  }
  const closing = new AbortController();
  const listener = createRequestListener({
    kernel,
    route: createRouter(services),
    pages: options.pages ?? (() => false),
    interceptors: joinInterceptors(options.interceptors ?? [], kernel.clock, closing.signal),
  });
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    void listener(request, response);
  });
  await listen(server, port);
  const bound = (server.address() as AddressInfo).port;
  return {
    endpoint: `http://${LOOPBACK}:${bound}`,
    port: bound,
    async close() {
      closing.abort();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new Error(explain(error, port), { cause: error })));
    server.listen(port, LOOPBACK, resolve);
  });
}

function explain(error: NodeJS.ErrnoException, port: number): string {
  if (error.code === 'EADDRINUSE') {
    return `port ${port} is in use; stop what listens there, or choose another port (0 takes a free one)`;
  }
  if (error.code === 'EACCES') {
    return `port ${port} may not be used by this user; choose a port above 1023 (0 takes a free one)`;
  }
  return `cannot listen on ${LOOPBACK}:${port}: ${error.message}`;
}
