import {
  type ConnectionHolder,
  dropIdleConnections,
  type HttpConnection,
  saysDead,
  takeConnection,
} from './kept-connections.ts';
import { type HttpResponse, ResponseParser } from './response-parser.ts';

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
  const connection = await takeConnection(endpoint, signal).catch((error) => {
    throw signal?.aborted ? new NoResponseError(error, 'ABORT_ERR', false) : error;
  });
  return new Promise((resolve, reject) => {
    const { socket } = connection;
    const inHand = new Exchange(endpoint, connection, signal, { resolve, reject });
    if (signal?.aborted) return inHand.handleEvent();
    signal?.addEventListener('abort', inHand, { once: true });
    connection.holder = inHand;
    // It stays while the connection waits, and begins anew with each request.
    if (socket.timeout !== silenceMs) socket.setTimeout(silenceMs);
    socket.write(text);
  });
}

/** One request on its way; listens to its connection and to its signal. */
class Exchange implements ConnectionHolder {
  readonly #endpoint: URL;
  readonly #connection: HttpConnection;
  readonly #signal: AbortSignal | undefined;
  readonly #settle: Settle;
  readonly #parser = new ResponseParser();
  #hasHeard = false;

  constructor(endpoint: URL, connection: HttpConnection, signal: AbortSignal | undefined, settle: Settle) {
    this.#endpoint = endpoint;
    this.#connection = connection;
    this.#signal = signal;
    this.#settle = settle;
  }

  heard(bytes: Buffer): void {
    this.#hasHeard = true;
    try {
      const response = this.#parser.feed(bytes);
      if (response !== undefined) this.#done(response);
    } catch (error) {
      this.failed(error);
    }
  }

  ended(): void {
    const response = this.#parser.end();
    if (response === undefined) this.failed(new Error('the connection was closed'), 'ECONNRESET');
    else this.#done(response);
  }

  failed(cause: unknown, code = codeOf(cause)): void {
    const onDeadConnection = this.#connection.isKept && !this.#hasHeard && saysDead(code);
    this.#release();
    if (onDeadConnection) dropIdleConnections(this.#endpoint);
    this.#settle.reject(new NoResponseError(cause, code, onDeadConnection));
  }

  /** The signal has aborted. */
  handleEvent(): void {
    this.failed(this.#signal?.reason, 'ABORT_ERR');
  }

  #done(response: HttpResponse): void {
    this.#release(response.keepMs);
    this.#settle.resolve(response);
  }

  #release(keepMs?: number): void {
    this.#signal?.removeEventListener('abort', this);
    // Of a response that came too soon the rest of the request is still on its way.
    this.#connection.release(this.#connection.socket.writableLength === 0 ? keepMs : undefined);
  }
}

/** Ends a promise. */
interface Settle {
  readonly resolve: (response: HttpResponse) => void;
  readonly reject: (error: NoResponseError) => void;
}

function codeOf(error: unknown): string {
  const { code, name } = error as NodeJS.ErrnoException;
  return code ?? name;
}

/** What a header may hold. Anything else would be read as another header, or as other characters than were signed. */
const SENDABLE = /^[\t\x20-\x7e]*$/;

/** What is sent. @throws TypeError */
function textOf({ method, path, headers, body }: HttpRequest): string {
  let text = `${method} ${path} HTTP/1.1\r\n`;
  for (const name of Object.keys(headers)) {
    const value = headers[name] as string;
    if (!SENDABLE.test(value)) throw new TypeError(`the header ${name} has a character that no header has`);
    text += `${name}: ${value}\r\n`;
  }
  return `${text}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
