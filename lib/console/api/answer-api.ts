import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../../local/kernel/aws-error.ts';
import { readBody } from '../../local/wire/body.ts';
import type { ActionBody } from '../actions/action-input.ts';
import { actions } from './actions.ts';
import { ApiError } from './api-error.ts';
import type { ConsoleParts } from './console-parts.ts';
import type { EventStreams } from './event-stream.ts';
import { reads } from './reads.ts';

/** The version of the API is in its path: what a member means changes with it only. */
export const API_PATH = '/_ringback/v1/';

const MOST_BODY_BYTES = 100_000_000;

/** Answers one request of the API, which has passed the guard. The promise never rejects. */
export async function answerApi(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { parts, streams }: { readonly parts: ConsoleParts; readonly streams: EventStreams },
): Promise<void> {
  const [first = '', ...rest] = url.pathname.slice(API_PATH.length).split('/');
  try {
    const id = decodeURIComponent(rest.join('/'));
    if (request.method === 'POST') {
      const action = first === 'actions' && Object.hasOwn(actions, id) ? actions[id] : undefined;
      if (action === undefined)
        throw new ApiError(404, `there is no action ${id}; there are ${Object.keys(actions).join(', ')}`);
      sendJson(response, 200, await action(await bodyOf(request), parts));
      return;
    }
    if (first === 'stream' && id === '') {
      streams.open(request, response, Number(url.searchParams.get('since') ?? 0));
      return;
    }
    const name = id === '' ? first : `${first}/*`;
    const read = Object.hasOwn(reads, name) ? reads[name] : undefined;
    if (read === undefined) throw new ApiError(404, `there is no ${url.pathname}; docs/console.md lists what there is`);
    sendJson(response, 200, await read(parts, { id, query: url.searchParams }));
  } catch (error) {
    const { status, message } = problemOf(error);
    sendJson(response, status, { error: message });
  }
}

/** Sends a value as JSON. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(`${JSON.stringify(value)}\n`);
}

function problemOf(error: unknown): { readonly status: number; readonly message: string } {
  if (error instanceof ApiError) return error;
  if (error instanceof AwsError) return { status: 409, message: `${error.code}: ${error.message}` };
  if (error instanceof URIError) return { status: 400, message: 'the path is not an address' };
  return { status: 500, message: error instanceof Error ? error.message : String(error) };
}

async function bodyOf(request: IncomingMessage): Promise<ActionBody> {
  const bytes = await readBody(request, {
    maxBytes: MOST_BODY_BYTES,
    tooLarge: (most) => new ApiError(413, `the body is longer than ${most} bytes`),
  });
  try {
    const body: unknown = JSON.parse(bytes.toString('utf8') || '{}');
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as ActionBody;
  } catch {
    // Said below.
  }
  throw new ApiError(400, 'the body must be a JSON object');
}
