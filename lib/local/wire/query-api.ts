import { AwsError } from '../kernel/aws-error.ts';
import type { RequestContext } from '../kernel/service.ts';
import { decodeBody } from './body.ts';
import type { HttpContext, WireHttpApi } from './http-context.ts';
import { type QueryStructure, readQueryInput } from './query-input.ts';
import { escapeXml } from './xml.ts';

/** What an action of the query protocol answers: text, structures, and lists, whose entries become `member` elements. */
export type QueryContent =
  | string
  | number
  | boolean
  | Date
  | undefined
  | readonly QueryContent[]
  | { readonly [name: string]: QueryContent };

/** One action; without a result it is answered by the request's id alone. */
export type QueryAction = (
  input: QueryStructure,
  request: RequestContext,
) => QueryContent | undefined | Promise<QueryContent | undefined>;

/** A service of the query protocol. */
export interface QueryService {
  /** The name in messages, such as `IAM`. */
  readonly title: string;
  readonly signingNames: readonly string[];
  /** The namespace of its answers. */
  readonly namespace: string;
  readonly actions: Readonly<Record<string, QueryAction>>;
}

/** The HTTP door of a service of the query protocol: form parameters in, XML out. */
export function createQueryApi({ title, signingNames, namespace, actions }: QueryService): WireHttpApi {
  return {
    signingNames,
    errorProtocol: 'query',
    operations: Object.keys(actions).sort(),
    async handle(request, response, context) {
      const form = (await decodeBody(await context.body(), request.headers['content-encoding'])).toString('utf8');
      const parameters = new URLSearchParams(`${context.url.searchParams}&${form}`);
      const { Action: name = '', Version: _version, ...input } = readQueryInput(parameters);
      await (context as Partial<HttpContext>).operation?.(String(name) || 'unknown', input);
      const action = Object.hasOwn(actions, String(name)) ? actions[String(name)] : undefined;
      if (action === undefined) throw notSimulated(title, String(name), actions);
      const content = await action(input, context);
      const result = content === undefined ? '' : element(`${name}Result`, content);
      const metadata = element('ResponseMetadata', { RequestId: context.requestId });
      const body = `<${name}Response xmlns="${namespace}">${result}${metadata}</${name}Response>`;
      response.setHeader('Content-Type', 'text/xml');
      response.setHeader('Content-Length', Buffer.byteLength(body));
      response.end(body);
    },
  };
}

function notSimulated(title: string, name: string, actions: QueryService['actions']): AwsError {
  const simulated = Object.keys(actions).sort().join(', ');
  const message = `${title} '${name}' is not simulated; its simulated operations are ${simulated}`;
  return new AwsError('NotImplementedException', message, { status: 501 });
}

function element(name: string, content: QueryContent): string {
  return `<${name}>${inner(content)}</${name}>`;
}

function inner(content: QueryContent): string {
  if (content === undefined) return '';
  if (Array.isArray(content)) return content.map((entry) => element('member', entry)).join('');
  if (content instanceof Date) return content.toISOString();
  if (typeof content !== 'object') return escapeXml(String(content));
  return Object.entries(content)
    .map(([name, value]) => (value === undefined ? '' : element(name, value)))
    .join('');
}
