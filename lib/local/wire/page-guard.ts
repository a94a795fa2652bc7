import type { IncomingHttpHeaders } from 'node:http';

/**
 * Says why a request comes from a web page of elsewhere, or `undefined` when it does not.
 *
 * Any key acts as the account's root here, so a page that a developer has open must not reach the local cloud: neither
 * by naming loopback itself (a foreign `Origin`) nor by a name of its own that resolves to it (a foreign `Host`).
 */
export function foreignPage(headers: IncomingHttpHeaders): string | undefined {
  const { host, origin } = headers;
  if (host !== undefined && !isLoopback(`http://${host}`)) {
    return `the Host header names '${host}', which is not loopback; call http://127.0.0.1 or http://localhost`;
  }
  if (origin !== undefined && !isLoopback(origin)) {
    return `the request comes from a page of '${origin}'; only pages on loopback may call the local cloud`;
  }
  return undefined;
}

function isLoopback(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { hostname } = new URL(address);
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    hostname.endsWith('.localhost') ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}
