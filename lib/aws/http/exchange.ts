import { dropIdleConnections, saysDead, takeConnection } from './kept-connections.ts';
import { createResponseParser, type HttpResponse } from './response-parser.ts';

/** A request whose body is at hand. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query, percent-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Options of {@link exchange}. */
export interface ExchangeOptions {
  /** Ends it with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** How long the connection may be silent, in milliseconds. @defaultValue 10000 */
  readonly silenceMs?: number;
}

/** A request that got no response. */
export class NoResponseError extends Error {
  override readonly name = 'NoResponseError';
  readonly code: string;
  /** Whether a kept connection turned out to be dead before a byte came back. */
  readonly onDeadConnection: boolean;

  constructor(cause: unknown, code: string, onDeadConnection: boolean) {
    // Of several addresses that were tried, Node tells no more than a code; a signal's reason may be anything.
    super((cause as Error | undefined)?.message || code, { cause });
    this.code = code;
    this.onDeadConnection = onDeadConnection;
  }
}

const LONGEST_SILENCE_MS = 10_000;

/**
 * Sends a request over HTTP/1.1, or HTTPS, and gives its response whole: a JSON API's client, with nothing that those
 * do not need. Redirects are not followed, no proxy is asked, nothing is compressed.
 *
 * Written instead of Node's own client, which makes a stream of each side for bodies of a kilobyte: see the changelog for
 * what that costs.
 *
 * @throws NoResponseError; TypeError for a header that would not arrive as it is
 */
export async function exchange(
  endpoint: URL,
  request: HttpRequest,
  { signal, silenceMs = LONGEST_SILENCE_MS }: ExchangeOptions = {},
): Promise<HttpResponse> {
  const text = textOf(request);
  const { socket, isKept, release } = await takeConnection(endpoint, signal).catch((error) => {
    throw signal?.aborted ? new NoResponseError(error, 'ABORT_ERR', false) : error;
  });
  return new Promise((resolve, reject) => {
    const parser = createResponseParser();
    let hasHeard = false;

    const settle = (keepMs?: number) => {
      for (const [event, listener] of Object.entries(listeners)) socket.removeListener(event, listener);
      signal?.removeEventListener('abort', abort);
      socket.setTimeout(0);
      // Of a response that came too soon the rest of the request is still on its way.
      release(socket.writableLength === 0 ? keepMs : undefined);
    };
    const done = (response: HttpResponse) => {
      settle(response.keepMs);
      resolve(response);
    };
    const fail = (cause: unknown, code = codeOf(cause)) => {
      const onDeadConnection = isKept && !hasHeard && saysDead(code);
      settle();
      if (onDeadConnection) dropIdleConnections(endpoint);
      reject(new NoResponseError(cause, code, onDeadConnection));
    };
    const hangUp = () => fail(new Error('the connection was closed'), 'ECONNRESET');
    const abort = () => fail(signal?.reason, 'ABORT_ERR');

    const listeners = {
      data(bytes: Buffer) {
        hasHeard = true;
        try {
          const response = parser.feed(bytes);
          if (response !== undefined) done(response);
        } catch (error) {
          fail(error);
        }
      },
      end() {
        const response = parser.end();
        if (response === undefined) hangUp();
        else done(response);
      },
      error: (error: Error) => fail(error),
      close: hangUp,
      timeout: () => fail(new Error('the connection was silent for too long'), 'ETIMEDOUT'),
    };
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort, { once: true });
    for (const [event, listener] of Object.entries(listeners)) socket.on(event, listener);
    socket.setTimeout(silenceMs);
    socket.write(text);
  });
}

function codeOf(error: unknown): string {
  const { code, name } = error as NodeJS.ErrnoException;
  return code ?? name;
}

/** What is sent. @throws TypeError */
function textOf({ method, path, headers, body }: HttpRequest): string {
  let text = `${method} ${path} HTTP/1.1\r\n`;
  for (const [name, value] of Object.entries({ ...headers, 'content-length': Buffer.byteLength(body) })) {
    // Anything else would be read as another header, or as other characters than were signed.
    if (!/^[\t\x20-\x7e]*$/.test(String(value))) {
      throw new TypeError(`the header ${name} has a character that no header has`);
    }
    text += `${name}: ${value}\r\n`;
  }
  return `${text}\r\n${body}`;
}
