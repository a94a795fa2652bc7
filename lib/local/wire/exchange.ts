import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Kernel, Principal } from '../kernel/kernel.ts';
import type { RequestContext } from '../kernel/service.ts';
import type { Interceptors } from './interceptor.ts';
import { headerKeys, tagKeys } from './request-keys.ts';

/** What the wire needs of the kernel. */
export type WireKernel = Pick<Kernel, 'identity' | 'events' | 'clock' | 'uuid'>;

/** One request on its way, and what is known of its caller. */
export interface Exchange {
  readonly kernel: WireKernel;
  readonly interceptors: Interceptors;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly url: URL;
  readonly principal: Principal;
}

/** The context that an operation receives; every question to IAM says what the request itself tells. */
export function requestContext(exchange: Exchange, input?: unknown): RequestContext {
  const { kernel, principal, requestId, request } = exchange;
  const keys = { ...headerKeys(request.headers), ...tagKeys(input) };
  return {
    requestId,
    principal,
    get abandoned() {
      return abandonmentOf(exchange);
    },
    authorize: (action, resource, context, resourcePolicies) =>
      kernel.identity.authorize(principal, action, resource, { ...keys, ...context }, resourcePolicies),
  };
}

/** Aborts when the caller closes the connection before its response is sent. */
export function abandonmentOf({ request: { socket }, response }: Exchange): AbortSignal {
  if (response.destroyed) return AbortSignal.abort();
  const abandoned = new AbortController();
  const abandon = () => abandoned.abort();
  // The end of what a caller sends comes before the connection is closed; Node answers nobody afterwards.
  socket.once('end', abandon);
  response.once('close', () => {
    socket.off('end', abandon);
    if (!response.writableFinished) abandon();
  });
  return abandoned.signal;
}

/** What a `call` event tells beside the caller. */
export interface CallRecord {
  readonly service: string;
  readonly operation: string;
  /** 0 when no response went out. */
  readonly status: number;
  readonly error?: string;
  readonly input?: unknown;
  readonly output?: unknown;
}

/** Tells watchers of a call. */
export function emitCall(
  kernel: WireKernel,
  caller: { readonly principal?: Principal; readonly requestId: string },
  record: CallRecord,
): void {
  const { arn = 'unknown', functionName, environmentId } = caller.principal ?? {};
  kernel.events.emit('call', {
    ...record,
    principal: arn,
    ...(functionName === undefined ? {} : { functionName }),
    ...(environmentId === undefined ? {} : { environmentId }),
    requestId: caller.requestId,
  });
}
