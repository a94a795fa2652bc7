import http, { type Agent, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { AwsCallError } from '../aws-call-error.ts';
import type { AwsConnection } from '../connection.ts';
import { MOST_IN_USE, saysDead, socketHostOf } from '../http/kept-connections.ts';
import { type ServiceRequest, signFor } from '../sign-for.ts';

const DEFAULT_IDLE_TIMEOUT_MS = 10_000;

/** Connections are kept between requests: a handshake costs more than a small object. */
const agents: Readonly<Record<string, Agent>> = {
  'http:': new http.Agent({ keepAlive: true, maxSockets: MOST_IN_USE }),
  'https:': new https.Agent({ keepAlive: true, maxSockets: MOST_IN_USE }),
};

/**
 * Signs a request (Signature Version 4) and sends it once, with Node's own client: what S3 answers may be a stream of
 * gigabytes.
 *
 * @returns the response as soon as its head is there; the caller reads the body
 * @throws AwsCallError with `fault: 'network'` when no response came
 */
export async function sendSigned(
  connection: AwsConnection,
  request: ServiceRequest & {
    /** How long to wait for the socket to say something, in milliseconds. @defaultValue 10000 */
    readonly idleTimeoutMs?: number;
  },
): Promise<IncomingMessage> {
  const { action, method, body, signal, idleTimeoutMs = DEFAULT_IDLE_TIMEOUT_MS } = request;
  const { endpoint, path, headers } = await signFor(connection, request);
  const agent = agents[endpoint.protocol];
  return new Promise((resolve, reject) => {
    const outgoing = (endpoint.protocol === 'http:' ? http : https).request(
      {
        method,
        hostname: socketHostOf(endpoint),
        port: endpoint.port,
        path,
        headers,
        ...(agent ? { agent } : {}),
        ...(signal ? { signal } : {}),
      },
      resolve,
    );
    outgoing.on('error', (cause: NodeJS.ErrnoException) => {
      const code = cause.code ?? cause.name;
      if (outgoing.reusedSocket && saysDead(code)) dropIdle(agent, endpoint);
      const message = `${action} got no answer from ${endpoint.host}: ${reasonOf(cause)}`;
      reject(new AwsCallError(message, { code, fault: 'network', action, cause }));
    });
    outgoing.setTimeout(idleTimeoutMs, () => {
      outgoing.destroy(Object.assign(new Error('the connection was silent for too long'), { code: 'ETIMEDOUT' }));
    });
    outgoing.end(body);
  });
}

/** Closes the connections to an endpoint that nobody uses now: where one has died, the others may have, too. */
function dropIdle(agent: Agent | undefined, endpoint: URL): void {
  const port = endpoint.port || (endpoint.protocol === 'http:' ? '80' : '443');
  for (const [name, sockets = []] of Object.entries(agent?.freeSockets ?? {})) {
    if (name.startsWith(`${socketHostOf(endpoint)}:${port}:`)) for (const socket of sockets) socket.destroy();
  }
}

/** An abort says no more than that; its cause says why. */
function reasonOf({ name, message, cause }: NodeJS.ErrnoException): string {
  return name === 'AbortError' && cause instanceof Error ? cause.message : message;
}

/** Reads a whole response body. @throws AwsCallError with `fault: 'network'` when it breaks off */
export async function readBody(response: IncomingMessage, action: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch (cause) {
    throw new AwsCallError(`${action}: the answer broke off: ${(cause as Error).message}`, {
      code: (cause as NodeJS.ErrnoException).code ?? 'ECONNRESET',
      fault: 'network',
      action,
      cause,
    });
  }
  return Buffer.concat(chunks);
}
