import { AwsError } from '../kernel/aws-error.ts';
import type { Operation } from '../kernel/service.ts';
import { decodeBody } from '../wire/body.ts';
import type { HttpContext, WireHttpApi } from '../wire/http-context.ts';
import { isAwsOperation } from '../wire/operation-names.ts';
import { readQueryInput } from '../wire/query-input.ts';
import { messageTooLong } from './message-content.ts';
import { queryCompatibleError } from './query-compatible.ts';
import { jsonInputOf } from './query-input.ts';
import { queryAnswer, SQS_NAMESPACE } from './query-output.ts';
import { LARGEST_MESSAGE_BYTES } from './queue.ts';

/** A body in URL encoding may be three times as long as what it says. */
const LIMIT = { maxBytes: 16 * 1024 * 1024, tooLarge: () => messageTooLong(LARGEST_MESSAGE_BYTES) };

/**
 * SQS in its older query protocol, which SDKs spoke until late in 2023: form parameters in, XML out. Requests go to `/`
 * or to the address of their queue; both say which operation they want by `Action`.
 */
export function createSqsQueryApi(operations: Readonly<Record<string, Operation>>): WireHttpApi {
  return {
    signingNames: ['sqs'],
    errorProtocol: 'query',
    queryErrors: { namespace: SQS_NAMESPACE, codeOf: (code) => queryCompatibleError(code).queryCode },
    async handle(request, response, context) {
      const form = await decodeBody(await context.body(LIMIT), request.headers['content-encoding'], LIMIT);
      const parameters = new URLSearchParams(`${context.url.searchParams}&${form.toString('utf8')}`);
      const { Action, Version: _version, ...rest } = readQueryInput(parameters);
      const name = typeof Action === 'string' ? Action : '';
      const input = { ...queueOf(context.url), ...jsonInputOf(name, rest) };
      await (context as Partial<HttpContext>).operation?.(name || 'unknown', input);
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation === undefined) throw unknown(name, operations);
      const body = queryAnswer(name, await operation(input, context), context.requestId);
      response.setHeader('Content-Type', 'text/xml');
      response.setHeader('Content-Length', Buffer.byteLength(body));
      response.end(body);
    },
  };
}

/** The queue at whose address a request arrived, where it did. */
function queueOf({ href, pathname }: URL): { readonly QueueUrl?: string } {
  return /^\/\d{12}\/[^/]+\/?$/.test(pathname) ? { QueueUrl: new URL(pathname, href).href } : {};
}

function unknown(name: string, operations: Readonly<Record<string, Operation>>): AwsError {
  if (name === '') {
    const message = 'The request must contain the parameter Action.';
    return new AwsError('MissingAction', message);
  }
  if (!isAwsOperation('AmazonSQS', name)) {
    return new AwsError('InvalidAction', `The action ${name} is not valid for this endpoint.`);
  }
  const simulated = Object.keys(operations).sort().join(', ');
  const message = `sqs ${name} is not simulated; its simulated operations are ${simulated}`;
  return new AwsError('NotImplementedException', message, { status: 501 });
}
