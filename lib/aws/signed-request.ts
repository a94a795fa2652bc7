import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { AwsCallError } from './aws-call-error.ts';
import type { AwsConnection } from './connection.ts';
import type { AwsCredentials } from './credentials.ts';
import { agentFor, dropIdleConnections, hostOf, wentOnKeptConnection } from './kept-connections.ts';
import { signRequest } from './sign-request.ts';

/** One HTTP request to a service, before it is signed. */
export interface SignedRequest {
  /** The endpoint prefix, such as `codepipeline`. */
  readonly service: string;
  /** The name in the signature's scope. @defaultValue the endpoint prefix */
  readonly signingName?: string;
  /** For errors: `service:Operation`. */
  readonly action: string;
  readonly method: string;
  /** Path and query, percent-encoded. @defaultValue '/' */
  readonly path?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What to send. A stream needs its length in `headers['content-length']` and goes unsigned over TLS. */
  readonly body?: string | Buffer | NodeJS.ReadableStream;
  /** Signs with these instead of the connection's. */
  readonly credentials?: AwsCredentials;
  /** Ends the attempt; the error then is a retryable network error. */
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for the socket to say something, in milliseconds. @defaultValue 10000 */
  readonly idleTimeoutMs?: number;
}

const DEFAULT_IDLE_TIMEOUT_MS = 10_000;

/** How a connection tells that it has been dead for a while. */
const DEAD: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

/**
 * Signs a request (Signature Version 4) and sends it once.
 *
 * @returns the response as soon as its head is there; the caller reads the body
 * @throws AwsCallError with `fault: 'network'` when no response came
 */
export async function sendSigned(connection: AwsConnection, request: SignedRequest): Promise<IncomingMessage> {
  const endpoint = connection.endpoint(request.service);
  const credentials = request.credentials ?? (await connection.credentials());
  const streamed = request.body !== undefined && typeof request.body !== 'string' && !Buffer.isBuffer(request.body);
  const path = endpoint.pathname.replace(/\/$/, '') + (request.path ?? '/');
  const headers = signRequest(
    {
      service: request.signingName ?? request.service,
      region: connection.region,
      method: request.method,
      host: endpoint.host,
      path,
      headers: request.headers,
      ...(streamed ? { streamed } : { body: (request.body ?? '') as string | Buffer }),
    },
    credentials,
    // In simulated time the system's clock is shifted.
    new Date(),
  );
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException) => {
      const onDeadConnection = DEAD.has(cause.code ?? '') && wentOnKeptConnection(outgoing);
      if (onDeadConnection) dropIdleConnections(endpoint);
      reject(
        new AwsCallError(`${request.action} got no answer from ${endpoint.host}: ${reasonOf(cause)}`, {
          code: cause.code ?? cause.name,
          fault: 'network',
          action: request.action,
          onDeadConnection,
          cause,
        }),
      );
    };
    const protocol = endpoint.protocol === 'http:' ? http : https;
    const outgoing = protocol.request(
      {
        method: request.method,
        hostname: hostOf(endpoint),
        port: endpoint.port,
        path,
        headers,
        agent: agentFor(endpoint),
        ...(request.signal ? { signal: request.signal } : {}),
      },
      resolve,
    );
    outgoing.on('error', fail);
    outgoing.setTimeout(request.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS, () => {
      outgoing.destroy(Object.assign(new Error('the connection was silent for too long'), { code: 'ETIMEDOUT' }));
    });
    if (streamed) {
      const body = request.body as NodeJS.ReadableStream;
      body.on('error', (error) => outgoing.destroy(error));
      body.pipe(outgoing);
    } else {
      outgoing.end(request.body as string | Buffer | undefined);
    }
  });
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
