import { AwsError } from '../kernel/aws-error.ts';
import model from '../models/lambda.json' with { type: 'json' };
import { createInputValidator } from '../wire/validate-input.ts';
import type { Answer, Route, RouteCall } from './route.ts';

/** A request of an operation that the model knows: its path, its query and its body in one. */
// biome-ignore lint/suspicious/noExplicitAny: the model, not the compiler, holds the shape of each input
export type ModelHandler = (input: any, call: RouteCall) => Answer | Promise<Answer>;

interface HttpOperation {
  readonly http: { readonly method: string; readonly requestUri: string };
  readonly input?: object;
}

const OPERATIONS: Readonly<Record<string, HttpOperation>> = model.operations;
const validate = createInputValidator(model);

/** The longest body: a function's zip archive of 50 MB in Base64, and what goes with it (Lambda quotas). */
const BODY_LIMIT = {
  maxBytes: 70_167_211,
  tooLarge: (maxBytes: number) =>
    new AwsError('RequestEntityTooLargeException', `Request must be smaller than ${maxBytes} bytes`, { status: 413 }),
};

/** The routes of operations, each where the model has it, its input checked against the model. */
export function modelRoutes(handlers: Readonly<Record<string, ModelHandler>>): readonly Route[] {
  return Object.entries(handlers).map(([operation, handler]) => {
    const declared = OPERATIONS[operation];
    if (declared === undefined) throw new Error(`the model of Lambda has no operation '${operation}'`);
    const { method, requestUri } = declared.http;
    const names = [...requestUri.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const path = pathOf(requestUri);
    return {
      operation,
      method,
      path,
      async handle(call) {
        const values = path.exec(call.context.url.pathname)?.slice(1) ?? [];
        const input: Record<string, unknown> = await bodyOf(call);
        for (const [name, value] of call.context.url.searchParams) input[name] = value;
        for (const [index, name] of names.entries()) input[name] = decodedPart(values[index]);
        if (declared.input !== undefined) validate(operation, withoutQuery(input, call));
        return handler(input, call);
      },
    };
  });
}

/** A part of a path, decoded; one that cannot be is left as it came. */
export function decodedPart(part = ''): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The operation of Lambda that a request asks for, simulated or not. */
export function operationAt(method: string, path: string): string | undefined {
  const found = Object.entries(OPERATIONS).find(
    ([, { http }]) => http.method === method && pathOf(http.requestUri).test(path),
  );
  return found?.[0];
}

/** What the query says is text, whatever the model has it as, and is left to the handlers. */
function withoutQuery(input: Readonly<Record<string, unknown>>, call: RouteCall): object {
  const inQuery = (name: string) => call.context.url.searchParams.has(name);
  return Object.fromEntries(Object.entries(input).filter(([name]) => !inQuery(name)));
}

/** The last member of a path may hold slashes, such as an ARN. */
function pathOf(requestUri: string): RegExp {
  const pattern = requestUri
    .replace(/\/$/, '')
    .replace(/\{Resource\}$/, '(.+)')
    .replace(/\{\w+\}/g, '([^/]+)');
  return new RegExp(`^${pattern}/?$`);
}

async function bodyOf({ context }: RouteCall): Promise<Record<string, unknown>> {
  const text = (await context.body(BODY_LIMIT)).toString('utf8');
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Told below, without the text, which may hold secrets.
  }
  throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json', {
    members: { Type: 'User' },
  });
}
