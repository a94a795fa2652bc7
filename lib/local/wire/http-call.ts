import type { AwsError } from '../kernel/aws-error.ts';
import { readBody } from './body.ts';
import { type ErrorProtocol, writeError } from './error-response.ts';
import { abandonmentOf, type Exchange, emitCall, requestContext } from './exchange.ts';
import { toAwsError } from './failure.ts';
import { holdResponse } from './held-response.ts';
import type { HttpContext } from './http-context.ts';
import { ConnectionResetError, type WireCall } from './interceptor.ts';
import type { HttpRoute } from './route.ts';

/** Answers one request to a service with a protocol of its own. */
export async function answerHttpCall(route: HttpRoute, exchange: Exchange, protocol: ErrorProtocol): Promise<void> {
  const { service, api } = route;
  const { kernel, interceptors, request, response, requestId, principal, url } = exchange;
  let call: WireCall = {
    service,
    operation: `${request.method} ${url.pathname}`,
    principal,
    requestId,
    input: undefined,
  };
  let acted = false;
  let told = false;
  let failed: AwsError | undefined;
  let body: Promise<Buffer> | undefined;

  const context: HttpContext = {
    requestId,
    principal,
    get abandoned() {
      return abandonmentOf(exchange);
    },
    // What the operation was announced with has the tags that policies ask about.
    authorize: (...question) => requestContext(exchange, call.input).authorize(...question),
    url,
    body: (limit) => {
      body ??= readBody(request, limit);
      return body;
    },
    async operation(name, input) {
      call = { ...call, operation: name, input };
      try {
        await interceptors.before(call);
        acted = true;
      } catch (failure) {
        if (failure instanceof ConnectionResetError) hangUp();
        throw failure;
      }
    },
  };

  response.once('close', () => tell(response.writableFinished ? response.statusCode : 0));
  holdResponse(response, settle);
  try {
    await api.handle(request, response, context);
  } catch (failure) {
    fail(failure);
  }

  /** Asks the interceptors once the service has ended its response. */
  async function settle(): Promise<'send' | 'drop'> {
    if (told) return 'drop';
    let verdict: 'send' | 'drop' = 'send';
    try {
      if (acted) await interceptors.after(call, { status: response.statusCode, ...(failed ? { error: failed } : {}) });
    } catch (failure) {
      fail(failure);
      verdict = 'drop';
    }
    tell(response.statusCode);
    return verdict;
  }

  function fail(failure: unknown): void {
    if (failure instanceof ConnectionResetError || response.destroyed) {
      hangUp();
      return;
    }
    failed = toAwsError(failure, `${service} ${call.operation}`, kernel.events);
    if (response.headersSent) {
      // The head of a streaming response is gone already; a broken connection is then the only way to tell.
      hangUp();
      return;
    }
    for (const name of response.getHeaderNames()) {
      if (name !== 'x-amzn-requestid' && name !== 'date') response.removeHeader(name);
    }
    const { queryErrors } = api;
    writeError(response, failed, { protocol, requestId, ...(queryErrors === undefined ? {} : { queryErrors }) });
  }

  function hangUp(): void {
    tell(0);
    request.socket.resetAndDestroy();
  }

  function tell(status: number): void {
    if (told) return;
    told = true;
    const error = failed?.code ?? (status === 0 ? 'ConnectionResetError' : undefined);
    emitCall(kernel, exchange, {
      service,
      operation: call.operation,
      status,
      ...(error === undefined ? {} : { error }),
      ...(call.input === undefined ? {} : { input: call.input }),
    });
  }
}
