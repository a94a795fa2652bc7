import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service on loopback that becomes healthy a while after it was first asked. */
export interface HealthServer {
  readonly url: string;
  /** Starts over: the next request is the first; healthy `afterMs` later, on the clock it was given. */
  becomeHealthy(afterMs: number): void;
  /** Answers 503 from now on. */
  stayUnhealthy(): void;
  close(): Promise<void>;
}

/** Starts it on a free port; `now` is the clock it counts on, in milliseconds. */
export async function startHealthServer(now: () => number): Promise<HealthServer> {
  let healthyAfterMs = 0;
  let firstAsked: number | undefined;
  const server = createServer((_request, response) => {
    firstAsked ??= now();
    const healthy = now() - firstAsked >= healthyAfterMs;
    response.writeHead(healthy ? 200 : 503, { 'content-type': 'text/plain' }).end(healthy ? 'ok' : 'starting');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    becomeHealthy(afterMs) {
      healthyAfterMs = afterMs;
      firstAsked = undefined;
    },
    stayUnhealthy() {
      healthyAfterMs = Number.POSITIVE_INFINITY;
      firstAsked = undefined;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
