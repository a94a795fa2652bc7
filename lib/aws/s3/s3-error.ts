import type { IncomingMessage } from 'node:http';
import { AwsCallError } from '../aws-call-error.ts';
import { xmlText } from '../xml.ts';
import { readBody } from './send-signed.ts';

/** What S3 calls an error whose answer has no body, as with HEAD. */
const CODES_BY_STATUS: Readonly<Record<number, string>> = {
  301: 'PermanentRedirect',
  307: 'TemporaryRedirect',
  400: 'BadRequest',
  403: 'AccessDenied',
  404: 'NotFound',
  412: 'PreconditionFailed',
  416: 'InvalidRange',
  500: 'InternalError',
  503: 'SlowDown',
};

/** Reads the error that S3 answered with; a `Region` that it names stands in the error's members. */
export async function readS3Error(response: IncomingMessage, action: string): Promise<AwsCallError> {
  const status = response.statusCode ?? 0;
  const text = (await readBody(response, action)).toString('utf8');
  return s3ErrorOf(text, {
    action,
    status,
    requestId: headerOf(response, 'x-amz-request-id'),
    region: headerOf(response, 'x-amz-bucket-region'),
    retryAfterSeconds: Number(headerOf(response, 'retry-after') ?? Number.NaN),
  });
}

/** Makes the error from S3's XML, which may also come with status 200 (CompleteMultipartUpload). */
export function s3ErrorOf(
  xml: string,
  answer: {
    action: string;
    status: number;
    requestId?: string | undefined;
    region?: string | undefined;
    retryAfterSeconds?: number;
  },
): AwsCallError {
  const code = xmlText(xml, 'Code') ?? CODES_BY_STATUS[answer.status] ?? `Http${answer.status}`;
  // Only these elements are taken over: others may hold the session token or the string that was signed.
  const message = xmlText(xml, 'Message') ?? `HTTP status ${answer.status}`;
  const region = answer.region ?? xmlText(xml, 'Region');
  const wait = answer.retryAfterSeconds;
  return new AwsCallError(`${answer.action} failed: ${code}: ${message}`, {
    code,
    fault: answer.status >= 500 || SERVER_CODES.has(code) ? 'server' : 'client',
    action: answer.action,
    status: answer.status,
    requestId: answer.requestId ?? xmlText(xml, 'RequestId'),
    retryAfterMs: wait !== undefined && wait >= 0 ? wait * 1000 : undefined,
    members: region === undefined ? {} : { Region: region },
  });
}

/** Codes of the server's own trouble, which it also sends inside an answer of status 200. */
const SERVER_CODES: ReadonlySet<string> = new Set(['InternalError', 'ServiceUnavailable', 'SlowDown']);

/** One header of an answer, the first where it came more than once. */
export function headerOf(response: IncomingMessage, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
