import type { LocalCloud } from '../../lib/local/cloud.ts';

/**
 * Facts of AWS: what its services answered when the tests of the archived localstack/localstack repository ran against
 * them (commit 8b9a79f, 2026-03-23, Apache-2.0). Each names the test that it was read off; the words are ours.
 */
export interface Fact {
  /** The test of that repository. */
  readonly source: string;
  /** What is asked, in a few words. */
  readonly asked: string;
  /** Asks it. */
  readonly ask: (cloud: RecordedCloud) => Promise<Answered>;
  /** What AWS answers. */
  readonly answer: Partial<Answered>;
  /** Why the local cloud answers otherwise, where it does. */
  readonly notHeld?: string;
}

/** What came back, as far as facts look at it. */
export interface Answered {
  readonly status: number;
  readonly code?: string;
  readonly message?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A local cloud as plain HTTP. */
export interface RecordedCloud {
  readonly cloud: LocalCloud;
  /** Posts to an operation of the JSON protocol. */
  json(target: string, input: object): Promise<Answered>;
  /** Sends a request to S3 or Lambda. */
  rest(service: string, method: string, path: string, options?: RestOptions): Promise<Answered>;
  /** Posts to an operation of the query protocol. */
  query(service: string, parameters: Readonly<Record<string, string>>): Promise<Answered>;
}

/** The facts of one service. */
export interface RecordedService {
  /** The service's name. */
  readonly title: string;
  /** Makes what the facts ask about. */
  readonly prepare?: (cloud: RecordedCloud) => Promise<void>;
  /** How fast simulated time passes. @defaultValue as real time does */
  readonly speed?: number;
  readonly facts: readonly Fact[];
}

interface RestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The facts that the local cloud holds, or those that it does not, for `it.each`. */
export function factsThat(holding: 'are held' | 'are not held', facts: readonly Fact[]): (readonly [string, Fact])[] {
  return facts
    .filter(({ notHeld }) => (notHeld === undefined) === (holding === 'are held'))
    .map((fact) => [`${fact.asked} (${fact.source})`, fact]);
}

/** Speaks plain HTTP to a local cloud. */
export function recordedCloud(cloud: LocalCloud): RecordedCloud {
  const signed = (service: string) => ({
    authorization: `AWS4-HMAC-SHA256 Credential=AKIADEVELOPER/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`,
  });
  return {
    cloud,
    async json(target, input) {
      const headers = { ...signed('any'), 'x-amz-target': target };
      const response = await fetch(cloud.endpoint, { method: 'POST', headers, body: JSON.stringify(input) });
      const body = JSON.parse((await response.text()) || '{}');
      const told = { status: response.status, body, headers: Object.fromEntries(response.headers) };
      if (response.ok) return told;
      return { ...told, code: String(body.__type).replace(/^.*#/, ''), message: body.message ?? body.Message };
    },
    async rest(service, method, path, { headers = {}, body } = {}) {
      const all = { ...signed(service), ...headers };
      const response = await fetch(`${cloud.endpoint}${path}`, {
        method,
        headers: all,
        ...(body === undefined ? {} : { body }),
      });
      return read(response, await response.text());
    },
    async query(service, parameters) {
      const body = new URLSearchParams(parameters);
      const response = await fetch(cloud.endpoint, { method: 'POST', headers: signed(service), body });
      return read(response, await response.text());
    },
  };
}

/** Reads an answer in XML or JSON; of XML each element that holds text alone. */
function read(response: Response, text: string): Answered {
  const told = { status: response.status, headers: Object.fromEntries(response.headers) };
  if (text.startsWith('{')) {
    const body = JSON.parse(text);
    const code = response.headers.get('x-amzn-errortype') ?? undefined;
    return { ...told, body, ...(code === undefined ? {} : { code }), message: body.message ?? body.Message };
  }
  const elements = [...text.matchAll(/<([\w-]+)>([^<]*)<\/\1>/g)].map(([, name, value]) => [
    name,
    unescaped(value ?? ''),
  ]);
  const body: Record<string, string> = Object.fromEntries(elements);
  const { Code: code, Message: message } = body;
  return {
    ...told,
    body: text.startsWith('<') ? body : text,
    ...(code ? { code } : {}),
    ...(message ? { message } : {}),
  };
}

function unescaped(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
