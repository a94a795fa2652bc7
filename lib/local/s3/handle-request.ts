import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../kernel/aws-error.ts';
import type { HttpApi } from '../kernel/service.ts';
import { readAddress } from './address.ts';
import { checkExpectedOwners } from './expected-owner.ts';
import { headerOf } from './header-of.ts';
import { requestKeys } from './request-keys.ts';
import { routeOf } from './route.ts';
import type { S3Operation } from './s3-call.ts';
import { renderXml, type XmlContent } from './xml.ts';

type HandlerContext = Parameters<HttpApi['handle']>[2] & Watched;

/** What the wire may offer to those who watch the calls. */
interface Watched {
  /** Announces the operation; throws when an interceptor answers in its place. */
  operation?(name: string): Promise<void>;
  /** Tells of the error that the service writes itself. */
  failed?(error: AwsError): void;
}

/** Finds the operation of each request, runs it, and answers what it throws in S3's XML form. */
export function createRequestHandler(
  operations: Readonly<Record<string, S3Operation>>,
  accountId: string,
): HttpApi['handle'] {
  return async (request, response, context: HandlerContext) => {
    response.setHeader('x-amz-request-id', context.requestId);
    response.setHeader('x-amz-id-2', context.requestId);
    try {
      checkExpectedOwners(request, accountId);
      await run(operations, request, response, context);
    } catch (error) {
      if (!(error instanceof AwsError)) {
        // A client that hangs up in the middle of its body leaves nobody to answer.
        if (request.destroyed && !request.complete) return;
        throw error;
      }
      context.failed?.(error);
      sendError(request, response, context, error);
    }
  };
}

async function run(
  operations: Readonly<Record<string, S3Operation>>,
  request: IncomingMessage,
  response: ServerResponse,
  context: HandlerContext,
): Promise<void> {
  const target = readAddress(request.headers.host, request.url ?? '/');
  const copies = headerOf(request, 'x-amz-copy-source') !== undefined;
  const name = routeOf({ method: request.method ?? 'GET', copies, ...target });
  await context.operation?.(name);
  const operation = operations[name];
  if (operation === undefined) {
    const message = `A header you provided implies functionality that is not implemented: ${name} is not simulated`;
    throw new AwsError('NotImplemented', message, { status: 501 });
  }
  const keys = requestKeys(request, target.query);
  await operation({
    request,
    response,
    context: {
      ...context,
      sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
      authorize: (action, resource, own, policies) =>
        context.authorize(action, resource, { ...keys, ...own }, policies),
    },
    ...target,
  });
}

function sendError(request: IncomingMessage, response: ServerResponse, context: HandlerContext, error: AwsError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // What a failed operation has set already, such as a length, does not describe the error.
  for (const name of response.getHeaderNames()) if (!name.startsWith('x-amz-')) response.removeHeader(name);
  if (error.members.DeleteMarker === true) {
    response.setHeader('x-amz-delete-marker', 'true');
    response.setHeader('x-amz-version-id', String(error.members.VersionId));
  }
  response.statusCode = error.status;
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const document = renderXml('Error', {
    Code: error.code,
    Message: error.message,
    ...(error.members as Record<string, XmlContent>),
    Resource: (request.url ?? '/').split('?')[0],
    RequestId: context.requestId,
    HostId: context.requestId,
  });
  response.setHeader('content-type', 'application/xml');
  response.end(document);
  // Reading the rest lets a client that is still sending see the answer instead of a reset.
  request.resume();
}
