import { AwsError } from '../kernel/aws-error.ts';
import type { BodyLimit, JsonApi } from '../kernel/service.ts';
import { MAX_JSON_BODY_BYTES, readJsonBody } from './body.ts';
import { writeError } from './error-response.ts';
import { type Exchange, emitCall, requestContext } from './exchange.ts';
import { toAwsError } from './failure.ts';
import { ConnectionResetError, type WireCall, type WireResult } from './interceptor.ts';
import { isAwsOperation } from './operation-names.ts';
import type { JsonRoute } from './route.ts';

/** Answers one request of the JSON protocol. */
export async function answerJsonCall(route: JsonRoute, exchange: Exchange): Promise<void> {
  const { service, operation, api } = route;
  const { kernel, request, response, requestId } = exchange;
  const name = `${service} ${operation}`;
  let input: unknown;
  let result: WireResult;
  let acted = false;
  try {
    const act = findOperation(route);
    input = await readJsonBody(request, bodyLimitOf(api));
    route.validate?.(operation, input);
    await exchange.interceptors.before(wireCall(route, exchange, input));
    acted = true;
    result = { status: 200, output: await act(input, requestContext(exchange, input)) };
  } catch (failure) {
    if (request.destroyed && !request.complete) return hangUp('ClientDisconnected');
    if (failure instanceof ConnectionResetError) return hangUp(failure.name);
    const error = toAwsError(failure, name, kernel.events);
    result = { status: error.status, error };
  }
  try {
    if (acted) await exchange.interceptors.after(wireCall(route, exchange, input), result);
  } catch (failure) {
    if (failure instanceof ConnectionResetError) return hangUp(failure.name);
    const error = toAwsError(failure, name, kernel.events);
    result = { status: error.status, error };
  }
  const { status, error, output } = result;
  emitCall(kernel, exchange, {
    service,
    operation,
    status,
    ...(error === undefined ? { output } : { error: error.code }),
    ...(input === undefined ? {} : { input }),
  });
  if (error === undefined) {
    writeOutput(route, exchange, output);
    return;
  }
  const upperCaseMessage = api.model?.shapes[error.code]?.members?.Message !== undefined;
  const names = api.queryCompatible === undefined ? {} : { queryCompatible: api.queryCompatible(error.code) };
  // An operation that does not exist is found before its body is read; the rest of it must not hold the connection.
  request.resume();
  writeError(response, error, {
    protocol: 'json',
    requestId,
    jsonVersion: api.jsonVersion,
    upperCaseMessage,
    ...names,
  });

  function hangUp(reason: string): void {
    emitCall(kernel, exchange, {
      service,
      operation,
      status: 0,
      error: reason,
      ...(input === undefined ? {} : { input }),
    });
    request.socket.resetAndDestroy();
  }
}

function findOperation({ api, operation, service }: JsonRoute): JsonApi['operations'][string] {
  const found = Object.hasOwn(api.operations, operation) ? api.operations[operation] : undefined;
  if (found !== undefined) return found;
  const simulated = Object.keys(api.operations).sort().join(', ') || 'none';
  if (isAwsOperation(api.targetPrefix, operation) || Object.hasOwn(api.model?.operations ?? {}, operation)) {
    const message = `${service} ${operation} is not simulated; its simulated operations are ${simulated}`;
    throw new AwsError('NotImplementedException', message, { status: 501 });
  }
  const message = `${service} has no operation '${operation}'; its simulated operations are ${simulated}`;
  throw new AwsError('UnknownOperationException', message);
}

function bodyLimitOf({ tooLarge }: JsonApi): BodyLimit | undefined {
  return tooLarge === undefined ? undefined : { maxBytes: MAX_JSON_BODY_BYTES, tooLarge };
}

function wireCall(route: JsonRoute, { principal, requestId }: Exchange, input: unknown): WireCall {
  return { service: route.service, operation: route.operation, principal, requestId, input };
}

/** An operation whose model has no output is answered with an empty body, as the services do. */
function writeOutput({ api, operation }: JsonRoute, { response }: Exchange, output: unknown): void {
  const empty = api.model !== undefined && api.model.operations[operation]?.output === undefined;
  const body = empty ? '' : JSON.stringify(output ?? {});
  response.statusCode = 200;
  response.setHeader('Content-Type', `application/x-amz-json-${api.jsonVersion}`);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}
