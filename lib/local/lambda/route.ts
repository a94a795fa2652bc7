import type { HttpApi } from '../kernel/service.ts';

/** What a service knows of the request that it answers. */
export type CallContext = Parameters<HttpApi['handle']>[2];

/** One operation of the API, and where it is. */
export interface Route {
  readonly operation: string;
  readonly method: string;
  readonly path: RegExp;
  readonly handle: (call: RouteCall) => Answer | Promise<Answer>;
}

/** A request, taken apart. */
export interface RouteCall {
  readonly context: CallContext;
  readonly functionName: string;
  readonly qualifier?: string;
  readonly header: (name: string) => string | undefined;
}

/** What a route answers. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | object;
}
