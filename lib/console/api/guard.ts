import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Why a request is not answered. */
export interface Refusal {
  readonly status: 401 | 403 | 405;
  readonly message: string;
}

/** What a request is held against. */
export interface GuardOptions {
  /** The console's own port: a page that another server on loopback serves is none of ours. */
  readonly port: number;
  readonly token: string;
  readonly readOnly: boolean;
}

/** The header that carries the token of whoever wants to change something. */
export const TOKEN_HEADER = 'x-ringback-token';

/**
 * Says why a request is refused, or undefined. Reading is for pages of the console's own address and for programs, which
 * send no Origin; changing needs the token that the terminal shows.
 */
export function refuse(method: string, headers: IncomingHttpHeaders, options: GuardOptions): Refusal | undefined {
  const { host, origin } = headers;
  const own = [`127.0.0.1:${options.port}`, `localhost:${options.port}`];
  if (host === undefined || !own.includes(host)) {
    return { status: 403, message: `the Host header must be ${own.join(' or ')}` };
  }
  if (origin !== undefined && !own.map((name) => `http://${name}`).includes(origin)) {
    return { status: 403, message: 'the request comes from a page of another address' };
  }
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return { status: 403, message: 'the request comes from a page of another site' };
  }
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (method !== 'POST') return { status: 405, message: `there is no ${method} here` };
  if (options.readOnly) return { status: 403, message: 'the console is read-only (--read-only)' };
  const token = headers[TOKEN_HEADER];
  if (typeof token !== 'string' || !isSame(token, options.token)) {
    return {
      status: 401,
      message: `the header ${TOKEN_HEADER} does not hold the token of the address that was printed`,
    };
  }
  return undefined;
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
