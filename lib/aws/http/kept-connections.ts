import { connect, isIP, type Socket } from 'node:net';
import { type AnswerBody, answeringSocket } from './answering-socket.ts';

/** Who has a connection in hands hears what happens on it. */
export interface ConnectionHolder {
  heard(bytes: Buffer): void;
  /** The other end says no more. */
  ended(): void;
  /** @param code - what Node's errors have as `code` */
  failed(error: Error, code?: string): void;
}

/**
 * A connection to a host, in the hands of one request or of nobody. The listeners on its socket stay while its holders
 * change: to take them off and on again is a good part of a small request's work.
 */
export class HttpConnection {
  readonly socket: Socket;
  /** Whether it stood before it was taken, and so may have died while nobody used it. */
  isKept = false;
  holder: ConnectionHolder | undefined;
  readonly #host: Host;
  #keepMs = 0;
  /** By the system's clock, which goes on while a function is frozen, and by the process's, which nobody shifts. */
  #idleSince: readonly [date: number, process: number] = [0, 0];

  constructor(socket: Socket, host: Host) {
    this.socket = socket;
    this.#host = host;
    const failed = (error: Error, code?: string) =>
      this.holder === undefined ? this.drop() : this.holder.failed(error, code);
    // What comes while nobody holds it, nobody asked for.
    socket
      .on('data', (bytes: Buffer) => (this.holder === undefined ? this.drop() : this.holder.heard(bytes)))
      .on('end', () => (this.holder === undefined ? this.drop() : this.holder.ended()))
      .on('error', failed)
      .on('close', () => failed(new Error('the connection was closed'), 'ECONNRESET'))
      .on('timeout', () => this.holder?.failed(new Error('the connection was silent for too long'), 'ETIMEDOUT'));
  }

  /** Hands it back, to be kept for so long, in milliseconds; closes it where that is undefined. */
  release(keepMs?: number): void {
    this.holder = undefined;
    if (keepMs === undefined || keepMs <= 0 || !this.socket.writable) this.socket.destroy();
    else this.keep(keepMs);
    const host = this.#host;
    host.inUse--;
    const [next] = host.waiting;
    next?.();
  }

  /** Keeps it until somebody takes it, or something happens on it. */
  keep(ms: number): void {
    this.#keepMs = ms;
    this.#idleSince = [Date.now(), performance.now()];
    // It keeps no process from its end.
    this.socket.unref();
    this.#host.idle.push(this);
  }

  /** Whether it can be used again. */
  isFit(): boolean {
    const [date, process] = this.#idleSince;
    const waitedMs = Math.max(Date.now() - date, performance.now() - process);
    return waitedMs < this.#keepMs && this.socket.writable;
  }

  /** Closes it, while nobody holds it. */
  drop(): void {
    const { idle } = this.#host;
    const at = idle.indexOf(this);
    if (at >= 0) idle.splice(at, 1);
    this.socket.destroy();
  }
}

/** All connections to one host and port over one protocol. */
interface Host {
  /** The last is the next to be used: it has waited least. */
  readonly idle: HttpConnection[];
  inUse: number;
  /** Those who wait until a connection is free. */
  readonly waiting: Set<() => void>;
  /** What lets a TLS handshake be shorter than the first. */
  session: Buffer | undefined;
  /** Answers within the process; nobody is connected to. */
  answer: AnswerBody | undefined;
}

/**
 * How long a connection may wait for its first request, in milliseconds: a function may be frozen for hours, and what
 * became of the connection meanwhile shows only when a request gets no answer. Servers wait for a minute, mostly.
 */
const LONGEST_FIRST_WAIT_MS = 30_000;
/** So many connections to one host are in use at the same time; more requests wait. */
export const MOST_IN_USE = 64;
/** The first question whether the other end of a silent connection is still there, in milliseconds; TCP's own. */
const KEEP_ALIVE_MS = 1_000;

/** How a connection tells that it has been dead for a while. */
const DEAD: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

const hosts = new Map<string, Host>();

/**
 * Takes a connection to an endpoint, one that stands already where there is one. Connections are kept between invocations:
 * a handshake costs more than the call.
 *
 * @throws the signal's reason, when it aborts before a connection is free
 */
export async function takeConnection(endpoint: URL, signal?: AbortSignal): Promise<HttpConnection> {
  const host = hostOf(endpoint);
  while (host.inUse >= MOST_IN_USE) await isFree(host, signal);
  const connection = takeIdle(host) ?? connectTo(endpoint, host);
  host.inUse++;
  return connection;
}

/** Closes the connections to an endpoint that nobody uses now: where one has died, the others may have, too. */
export function dropIdleConnections(endpoint: URL): void {
  for (const { socket } of hostOf(endpoint).idle.splice(0)) socket.destroy();
}

/**
 * Opens a connection to an endpoint, TLS handshake included, and keeps it for the next request there. Nothing is sent on
 * it. One that has waited for half a minute, or was closed meanwhile, is not used.
 *
 * @returns when it is open, and also when it could not be
 */
export function openConnection(endpoint: URL): Promise<void> {
  const host = hostOf(endpoint);
  return new Promise((resolve) => {
    const connection = connectTo(endpoint, host);
    connection.socket
      .once('close', () => resolve())
      .once(endpoint.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        connection.keep(LONGEST_FIRST_WAIT_MS);
        resolve();
      });
  });
}

/**
 * Answers all requests to an endpoint within the process, on connections that are handled like any other.
 *
 * @returns what ends it
 */
export function answerWithin(endpoint: URL, answer: AnswerBody): () => void {
  hostOf(endpoint).answer = answer;
  return () => {
    dropIdleConnections(endpoint);
    hosts.delete(keyOf(endpoint));
  };
}

/** Whether an error's code says that a connection has been dead for a while. */
export function saysDead(code: string): boolean {
  return DEAD.has(code);
}

/** The host of an endpoint as sockets take it: an IPv6 address without its brackets. */
export function socketHostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function hostOf(endpoint: URL): Host {
  const key = keyOf(endpoint);
  const known = hosts.get(key);
  if (known !== undefined) return known;
  const host: Host = { idle: [], inUse: 0, waiting: new Set(), session: undefined, answer: undefined };
  hosts.set(key, host);
  return host;
}

function keyOf({ protocol, host }: URL): string {
  return `${protocol}//${host}`;
}

function connectTo(endpoint: URL, host: Host): HttpConnection {
  if (host.answer !== undefined) return new HttpConnection(answeringSocket(host.answer), host);
  const isPlain = endpoint.protocol === 'http:';
  const target = {
    host: socketHostOf(endpoint),
    port: Number(endpoint.port) || (isPlain ? 80 : 443),
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
  };
  return new HttpConnection(isPlain ? connect(target) : connectOverTls(target, host), host);
}

function connectOverTls(target: { readonly host: string; readonly port: number }, host: Host): Socket {
  const { session } = host;
  // Loaded with the first TLS connection: that takes a fifth as long as Node's own start, and plain HTTP never needs it.
  const tls = process.getBuiltinModule('node:tls');
  const socket = tls.connect({
    ...target,
    servername: isIP(target.host) === 0 ? target.host : '',
    ALPNProtocols: ['http/1.1'],
    ...(session === undefined ? {} : { session }),
  });
  socket.on('session', (newer: Buffer) => {
    host.session = newer;
  });
  return socket.on('error', () => {
    host.session = undefined;
  });
}

/** The connection that has waited least, and is fit for use. */
function takeIdle({ idle }: Host): HttpConnection | undefined {
  for (let connection = idle.pop(); connection !== undefined; connection = idle.pop()) {
    if (connection.isFit()) {
      connection.socket.ref();
      connection.isKept = true;
      return connection;
    }
    connection.socket.destroy();
  }
  return undefined;
}

function isFree({ waiting }: Host, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => () => {
      waiting.delete(next);
      signal?.removeEventListener('abort', late);
      settle();
    };
    const next = end(resolve);
    const late = end(() => reject(signal?.reason));
    if (signal?.aborted) return late();
    waiting.add(next);
    signal?.addEventListener('abort', late, { once: true });
  });
}
