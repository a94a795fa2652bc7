import type { HttpApi } from '../kernel/service.ts';

/** One operation of the API, and where it is. */
export interface Route {
  readonly operation: string;
  readonly method: string;
  readonly path: RegExp;
  readonly handle: (call: RouteCall) => Answer | Promise<Answer>;
}

/** A request, taken apart. */
export interface RouteCall {
  readonly context: Parameters<HttpApi['handle']>[2];
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
