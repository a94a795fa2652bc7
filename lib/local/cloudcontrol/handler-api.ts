import type { Clock } from '../kernel/clock.ts';
import type { Credentials } from '../kernel/kernel.ts';
import { parseXml, type XmlElement } from '../s3/xml.ts';
import { handlerErrorOf } from './handler-error.ts';

/** What a handler sends to a service that has paths. */
export interface RestRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'HEAD';
  /** With its query. */
  readonly path: string;
  readonly body?: string;
}

/**
 * The services as a handler reaches them: over the wire, as every client does, with the permissions of the caller.
 * Each call throws HandlerError when the service refuses it.
 */
export interface HandlerApi {
  /** An operation of a JSON service. */
  // biome-ignore lint/suspicious/noExplicitAny: each operation has its own output, as its service documents it
  json(service: keyof typeof JSON_SERVICES, operation: string, input: object): Promise<any>;
  /** An action of IAM; lists are given as arrays. */
  iam(action: string, input: Readonly<Record<string, unknown>>): Promise<XmlElement>;
  rest(service: 's3' | 'lambda', request: RestRequest): Promise<string>;
}

const JSON_SERVICES = {
  sqs: ['AmazonSQS', '1.0'],
  dynamodb: ['DynamoDB_20120810', '1.0'],
  secretsmanager: ['secretsmanager', '1.1'],
  logs: ['Logs_20140328', '1.1'],
  events: ['AWSEvents', '1.1'],
  ssm: ['AmazonSSM', '1.1'],
} as const;

/** What {@link createHandlerApi} needs. */
export interface HandlerApiOptions {
  readonly endpoint: () => string;
  readonly region: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly credentials: Credentials;
}

/** Creates the way of one handler to the services. */
export function createHandlerApi({ endpoint, region, clock, credentials }: HandlerApiOptions): HandlerApi {
  async function send(
    service: string,
    path: string,
    init: { method: string; headers?: Record<string, string>; body?: string | undefined },
  ): Promise<string> {
    const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '');
    const scope = `${credentials.accessKeyId}/${day}/${region}/${service}/aws4_request`;
    const response = await fetch(`${endpoint()}${path}`, {
      method: init.method,
      headers: {
        // The local cloud reads signatures and verifies none.
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
        'x-amz-security-token': credentials.sessionToken,
        ...init.headers,
      },
      ...(init.body === undefined ? {} : { body: init.body }),
    });
    const text = await response.text();
    if (response.ok) return text;
    throw handlerErrorOf({ status: response.status, ...errorIn(text, response) });
  }

  return {
    async json(service, operation, input) {
      const [prefix, version] = JSON_SERVICES[service];
      const headers = { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': `${prefix}.${operation}` };
      const text = await send(service, '/', { method: 'POST', headers, body: JSON.stringify(input) });
      return text === '' ? {} : JSON.parse(text);
    },
    async iam(action, input) {
      const body = new URLSearchParams({ Action: action, Version: '2010-05-08', ...flat(input) }).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return parseXml(await send('iam', '/', { method: 'POST', headers, body }));
    },
    rest: (service, { path, method, body }) => send(service, path, { method, body }),
  };
}

function errorIn(text: string, response: Response): { code: string; message: string } {
  const status = `status ${response.status}`;
  if (text.startsWith('{')) {
    const { __type = status, message = '' } = JSON.parse(text) as { __type?: string; message?: string };
    return { code: __type, message };
  }
  if (text === '') return { code: response.status === 404 ? 'NotFound' : status, message: status };
  const find = (element: XmlElement, name: string): string | undefined =>
    element.children.find((child) => child.name === name)?.text ??
    element.children.map((child) => find(child, name)).find((found) => found !== undefined);
  const document = parseXml(text.replace(/^<\?xml[^>]*>\s*/, ''));
  return { code: find(document, 'Code') ?? status, message: find(document, 'Message') ?? '' };
}

/** Parameters of the query protocol: `Tags.member.1.Key`. */
function flat(value: unknown, prefix = ''): Record<string, string> {
  if (value === undefined) return {};
  if (Array.isArray(value)) {
    return Object.assign({}, ...value.map((entry, index) => flat(entry, `${prefix}.member.${index + 1}`)));
  }
  if (typeof value !== 'object' || value === null) return { [prefix]: String(value) };
  const join = (name: string) => (prefix === '' ? name : `${prefix}.${name}`);
  return Object.assign({}, ...Object.entries(value).map(([name, member]) => flat(member, join(name))));
}
