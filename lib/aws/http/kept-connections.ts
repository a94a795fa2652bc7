import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type AnswerBody, answeringSocket } from './answering-socket.ts';

/** A connection to an endpoint, in the hands of one request. */
export interface TakenConnection {
  readonly socket: Socket;
  /** Whether it stood before, and so may have died while nobody used it. */
  readonly isKept: boolean;
  /** Hands it back, to be kept for so long, in milliseconds; closes it where that is undefined. */
  release(keepMs?: number): void;
}

/** A connection that waits for a request. */
interface Idle {
  readonly socket: Socket;
  /** Since when, by the system's clock, which goes on while a function is frozen, and by the process's, which nobody shifts. */
  readonly since: readonly [date: number, process: number];
  readonly keepMs: number;
  /** Ends the watch over it. */
  readonly release: () => void;
}

/** All connections to one host and port over one protocol. */
interface Host {
  /** The last is the next to be used: it has waited least. */
  idle: Idle[];
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

const WATCHED = ['error', 'end', 'close', 'data'] as const;

const hosts = new Map<string, Host>();

/**
 * Takes a connection to an endpoint, one that stands already where there is one. Connections are kept between invocations:
 * a handshake costs more than the call.
 *
 * @throws the signal's reason, when it aborts before a connection is free
 */
export async function takeConnection(endpoint: URL, signal?: AbortSignal): Promise<TakenConnection> {
  const host = hostOf(endpoint);
  while (host.inUse >= MOST_IN_USE) await isFree(host, signal);
  const kept = takeIdle(host);
  const socket = kept ?? (host.answer === undefined ? connectTo(endpoint, host) : answeringSocket(host.answer));
  host.inUse++;
  let isReleased = false;
  return {
    socket,
    isKept: kept !== undefined,
    release(keepMs) {
      if (isReleased) return;
      isReleased = true;
      host.inUse--;
      if (keepMs === undefined || keepMs <= 0 || !socket.writable) socket.destroy();
      else keep(host, socket, keepMs);
      const [next] = host.waiting;
      next?.();
    },
  };
}

/** Closes the connections to an endpoint that nobody uses now: where one has died, the others may have, too. */
export function dropIdleConnections(endpoint: URL): void {
  const host = hostOf(endpoint);
  for (const { socket, release } of host.idle.splice(0)) {
    release();
    socket.destroy();
  }
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
    const socket = connectTo(endpoint, host);
    socket.once('close', () => resolve());
    socket.once(endpoint.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
      keep(host, socket, LONGEST_FIRST_WAIT_MS);
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

function connectTo(endpoint: URL, host: Host): Socket {
  const isPlain = endpoint.protocol === 'http:';
  const target = {
    host: socketHostOf(endpoint),
    port: Number(endpoint.port) || (isPlain ? 80 : 443),
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
  };
  const socket = isPlain ? connect(target) : connectOverTls(target, host);
  // Stays, so that an error between two listeners ends no process; 'close' follows it.
  return socket.on('error', () => undefined);
}

function connectOverTls(target: { readonly host: string; readonly port: number }, host: Host): Socket {
  const { session } = host;
  const socket = connectTls({
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

/** Keeps a connection until somebody takes it, or something happens on it that nobody asked for. */
function keep(host: Host, socket: Socket, keepMs: number): void {
  const drop = () => {
    release();
    host.idle = host.idle.filter((other) => other !== idle);
    socket.destroy();
  };
  const release = () => {
    for (const event of WATCHED) socket.removeListener(event, drop);
  };
  const idle: Idle = { socket, since: [Date.now(), performance.now()], keepMs, release };
  for (const event of WATCHED) socket.on(event, drop);
  // It keeps no process from its end.
  socket.unref();
  host.idle.push(idle);
}

/** The connection that has waited least, and is fit for use. */
function takeIdle(host: Host): Socket | undefined {
  for (let idle = host.idle.pop(); idle !== undefined; idle = host.idle.pop()) {
    const { socket, since, keepMs, release } = idle;
    release();
    const waitedMs = Math.max(Date.now() - since[0], performance.now() - since[1]);
    if (waitedMs < keepMs && socket.writable) return socket.ref();
    socket.destroy();
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
