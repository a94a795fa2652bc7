import type { IncomingMessage } from 'node:http';

/** The value of a request header by lower-case name; a repeated one joined with commas. */
export function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
