import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../kernel/aws-error.ts';
import type { Principal } from '../kernel/kernel.ts';
import { type ErrorProtocol, writeError } from './error-response.ts';
import { emitCall, type WireKernel } from './exchange.ts';
import { toAwsError } from './failure.ts';
import { answerHttpCall } from './http-call.ts';
import type { Interceptors } from './interceptor.ts';
import { answerJsonCall } from './json-call.ts';
import { foreignPage } from './page-guard.ts';
import type { HttpRoute, JsonRoute, Router } from './route.ts';
import { readSignature } from './signature.ts';

/** The path that tells whether the local cloud serves. */
export const HEALTH_PATH = '/_ringback/health';

/** Answers a request that is none of AWS's, and gives true; or gives false, and leaves it alone. */
export type RequestTaker = (request: IncomingMessage, response: ServerResponse, url: URL) => boolean;

/** What {@link createRequestListener} joins. */
export interface RequestListenerParts {
  readonly kernel: WireKernel;
  readonly route: Router;
  readonly interceptors: Interceptors;
  readonly pages: RequestTaker;
}

/** Creates the listener that takes every request of the local cloud to its service. Its promise never rejects. */
export function createRequestListener(parts: RequestListenerParts) {
  const { kernel, interceptors } = parts;

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = kernel.uuid();
    response.setHeader('x-amzn-requestid', requestId);
    // SDKs correct their clocks by this header; Node's own would be real time.
    response.setHeader('Date', new Date(kernel.clock.now()).toUTCString());
    // Joined by hand: as a relative address, a path that begins with two slashes would be read as a host.
    const url = new URL(`http://127.0.0.1${request.url?.startsWith('/') ? request.url : '/'}`);
    let protocol = guessProtocol(request, undefined);
    let principal: Principal | undefined;
    let route: JsonRoute | HttpRoute | undefined;
    const foreign = foreignPage(request.headers);
    if (foreign !== undefined) {
      refuse(new AwsError('AccessDeniedException', foreign, { status: 403 }));
      return;
    }
    if (url.pathname === HEALTH_PATH) {
      response.setHeader('Content-Type', 'application/json');
      response.end('{"status":"ok"}\n');
      return;
    }

    if (isForPages(request, url) && parts.pages(request, response, url)) return;

    try {
      const target = request.headers['x-amz-target']?.toString();
      const signature = readSignature(request.headers, url.searchParams, kernel.clock.now());
      protocol = guessProtocol(request, signature?.signingName);
      const isForm = protocol === 'query' && request.method === 'POST' && url.pathname === '/';
      route = parts.route({ target, signingName: signature?.signingName, isForm, protocol });
      protocol = route.kind === 'http' ? (route.api.errorProtocol ?? protocol) : 'json';
      if (route.kind === 'json' && signature === undefined) throw unsigned();
      principal = kernel.identity.principalOf(signature?.accessKeyId);
      const exchange = { kernel, interceptors, request, response, requestId, url, principal };
      if (route.kind === 'json') await answerJsonCall(route, exchange);
      else await answerHttpCall(route, exchange, protocol);
    } catch (failure) {
      refuse(toAwsError(failure, `${request.method} ${url.pathname}`, kernel.events));
    }

    function refuse(error: AwsError): void {
      if (response.headersSent || response.destroyed) {
        response.destroy();
        return;
      }
      const place = request.headers['x-amz-target']?.toString() ?? `${request.method} ${url.pathname}`;
      const operation = route?.kind === 'json' ? route.operation : place;
      // The rest of a body that nobody reads would hold the connection.
      request.resume();
      writeError(response, error, { protocol, requestId });
      emitCall(
        kernel,
        { requestId, ...(principal === undefined ? {} : { principal }) },
        { service: route?.service ?? 'unknown', operation, status: response.statusCode, error: error.code },
      );
    }
  };
}

/** No bucket is called `_ringback`, and no AWS client asks for HTML. */
function isForPages({ method, headers }: IncomingMessage, { pathname, search }: URL): boolean {
  if (pathname.startsWith('/_ringback/')) return true;
  if (search !== '') return false;
  return (
    pathname === '/' && method === 'GET' && headers.accept?.includes('text/html') === true && !headers.authorization
  );
}

function guessProtocol(request: IncomingMessage, signingName: string | undefined): ErrorProtocol {
  if (request.headers['x-amz-target'] !== undefined) return 'json';
  if (request.headers['smithy-protocol'] === 'rpc-v2-cbor') return 'rpc-v2-cbor';
  if (signingName === 's3') return 'rest-xml';
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return 'query';
  return signingName === undefined ? 'rest-xml' : 'rest-json';
}

function unsigned(): AwsError {
  return new AwsError(
    'MissingAuthenticationTokenException',
    'Request is missing Authentication Token: it is not signed; sign it with Signature Version 4 and any access key',
  );
}
