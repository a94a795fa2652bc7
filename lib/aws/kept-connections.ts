import http, { type Agent, type ClientRequest } from 'node:http';
import https from 'node:https';
import { isIP, type Socket } from 'node:net';
import { type AnswerBody, answeringSocket } from './answering-socket.ts';

/** What {@link openConnection} opens a connection with. */
interface Target {
  readonly host: string;
  readonly port: number;
  readonly servername: string;
}

/** What an agent makes connections by; Node documents it for agents of one's own, and its types leave it out. */
type Connect = (options: Target, onOpen?: (error: Error | null, socket: Socket) => void) => Socket;

/** A connection that was opened before anybody asked for one. */
interface Opened {
  readonly socket: Socket;
  /** By the system's clock, which goes on while a function is frozen, and by the process's, which nobody shifts. */
  readonly at: readonly [date: number, process: number];
  /** Ends the watch over it. */
  readonly release: () => void;
}

/**
 * How long a connection may wait for its first request, in milliseconds: a function may be frozen for hours, and what
 * became of the connection meanwhile shows only when a request gets no answer. Servers wait for a minute, mostly.
 */
const LONGEST_WAIT_MS = 30_000;

/** By host and port; the first is the next to be used. */
const opened = new Map<string, Opened[]>();
/** By host and port: whoever answers there is within the process. */
const answered = new Map<string, AnswerBody>();
/** A first request may find one of these dead, just as one that was used before. */
const openedAhead = new WeakSet<object>();

/** Connections are kept between invocations: a handshake costs more than the call. */
const kept = {
  'http:': keeping(new http.Agent({ keepAlive: true, maxSockets: 64 })),
  'https:': keeping(new https.Agent({ keepAlive: true, maxSockets: 64 })),
};

function keeping(agent: Agent): { readonly agent: Agent; readonly connect: Connect } {
  const patched = agent as Agent & { createConnection: Connect };
  const connect: Connect = patched.createConnection.bind(agent);
  patched.createConnection = (target, onOpen) => {
    const answer = answered.get(keyOf(target));
    if (answer !== undefined) return answeringSocket(answer);
    return takeOpened(target) ?? connect(target, onOpen);
  };
  return { agent, connect };
}

/** The agent that keeps the connections to an endpoint. */
export function agentFor(endpoint: URL): Agent {
  return keptFor(endpoint).agent;
}

/** The host of an endpoint as sockets take it: an IPv6 address without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** Whether a request went out on a connection that may have died while nobody used it. */
export function wentOnKeptConnection({ reusedSocket, socket }: ClientRequest): boolean {
  return reusedSocket || (socket !== null && openedAhead.has(socket));
}

/** Closes the connections to an endpoint that nobody uses now: where one has died, the others may have, too. */
export function dropIdleConnections(endpoint: URL): void {
  const target = targetOf(endpoint);
  const { agent } = keptFor(endpoint);
  for (const { socket, release } of opened.get(keyOf(target)) ?? []) {
    release();
    socket.destroy();
  }
  opened.delete(keyOf(target));
  for (const [name, sockets] of Object.entries(agent.freeSockets)) {
    if (name.startsWith(`${keyOf(target)}:`)) for (const socket of sockets ?? []) socket.destroy();
  }
}

/**
 * Opens a connection to an endpoint, TLS handshake included, and keeps it for the next request there. Nothing is sent on
 * it. One that has waited for half a minute, or was closed meanwhile, is not used.
 *
 * @returns when it is open, and also when it could not be
 */
export function openConnection(endpoint: URL): Promise<void> {
  const target = targetOf(endpoint);
  const key = keyOf(target);
  return new Promise((resolve) => {
    const socket = keptFor(endpoint).connect(target);
    const giveUp = () => {
      const others = opened.get(key)?.filter((other) => other.socket !== socket) ?? [];
      opened.set(key, others);
      socket.destroy();
      resolve();
    };
    const watched = ['error', 'end', 'close', 'data'];
    for (const event of watched) socket.on(event, giveUp);
    // Stays, for the moment between the watch's end and the request's beginning.
    socket.on('error', () => undefined);
    const release = () => {
      for (const event of watched) socket.removeListener(event, giveUp);
    };
    socket.once(endpoint.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
      openedAhead.add(socket);
      opened.set(key, [...(opened.get(key) ?? []), { socket, at: [Date.now(), performance.now()], release }]);
      // Nobody waits for it any more, so it keeps no process from its end.
      socket.unref();
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
  const key = keyOf(targetOf(endpoint));
  answered.set(key, answer);
  return () => {
    dropIdleConnections(endpoint);
    answered.delete(key);
  };
}

/** A connection that was opened ahead and is fit for use. */
function takeOpened(target: Target): Socket | undefined {
  const first = opened.get(keyOf(target))?.shift();
  if (first === undefined) return undefined;
  const { socket, at, release } = first;
  release();
  const waitedMs = Math.max(Date.now() - at[0], performance.now() - at[1]);
  if (waitedMs < LONGEST_WAIT_MS && socket.writable) return socket.ref();
  socket.destroy();
  return takeOpened(target);
}

function keptFor(endpoint: URL) {
  return endpoint.protocol === 'http:' ? kept['http:'] : kept['https:'];
}

function targetOf(endpoint: URL): Target {
  const host = hostOf(endpoint);
  const port = Number(endpoint.port) || (endpoint.protocol === 'http:' ? 80 : 443);
  return { host, port, servername: isIP(host) === 0 ? host : '' };
}

function keyOf({ host, port }: Pick<Target, 'host' | 'port'>): string {
  return `${host}:${port}`;
}
