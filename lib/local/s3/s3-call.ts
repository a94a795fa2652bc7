import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../kernel/aws-error.ts';
import type { BodyLimit } from '../kernel/service.ts';
import type { Caller } from './permissions.ts';
import { renderXml, type XmlContent } from './xml.ts';

/** One S3 request on its way through an operation. */
export interface S3Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: Caller & { body(limit?: BodyLimit): Promise<Buffer> };
  /** The first segment of the path, decoded; empty for the service itself. */
  readonly bucket: string;
  /** The rest of the path, decoded; empty for a bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
}

/** One operation; it writes the response itself. */
export type S3Operation = (call: S3Call) => void | Promise<void>;

/** The namespace of S3's XML answers. */
const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A query parameter that may be absent. */
export function queryOf(call: S3Call, name: string): string | undefined {
  return call.query.get(name) ?? undefined;
}

/**
 * Reads a query parameter that is a count.
 *
 * @throws AwsError InvalidArgument when it is not a whole number of at least 0.
 */
export function countOf(call: S3Call, name: string, fallback: number): number {
  const text = queryOf(call, name);
  if (text === undefined || text === '') return fallback;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new AwsError('InvalidArgument', `Provided ${name} not an integer or within integer range`, {
    members: { ArgumentName: name, ArgumentValue: text },
  });
}

/** Sends a response without a body; headers whose value is undefined are left out. */
export function sendEmpty(
  call: S3Call,
  status: number,
  headers: Readonly<Record<string, string | number | undefined>> = {},
): void {
  setHeaders(call.response, headers);
  call.response.statusCode = status;
  call.response.end();
}

/** Sends an XML document in S3's namespace. */
export function sendXml(
  call: S3Call,
  root: string,
  content: XmlContent,
  headers: Readonly<Record<string, string | number | undefined>> = {},
): void {
  setHeaders(call.response, headers);
  call.response.setHeader('content-type', 'application/xml');
  call.response.statusCode = 200;
  call.response.end(renderXml(root, content, NAMESPACE));
}

/** Sets the headers that have a value. */
export function setHeaders(
  response: ServerResponse,
  headers: Readonly<Record<string, string | number | undefined>>,
): void {
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value);
}
