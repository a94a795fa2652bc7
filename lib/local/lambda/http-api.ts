import type { ServerResponse } from 'node:http';
import { AwsError } from '../kernel/aws-error.ts';
import type { HttpApi } from '../kernel/service.ts';
import { aliasHandlers } from './alias-routes.ts';
import { configurationRoutes } from './configuration-routes.ts';
import { functionConfiguration } from './function-configuration.ts';
import { functionHandlers } from './function-routes.ts';
import { requestTooLarge } from './lambda-error.ts';
import type { LambdaParts } from './lambda-parts.ts';
import { SYNC_PAYLOAD_LIMIT_BYTES } from './limits.ts';
import { LATEST } from './local-function.ts';
import { mappingHandlers } from './mapping-routes.ts';
import { decodedPart, modelRoutes, operationAt } from './model-route.ts';
import { policyRoutes } from './policy-routes.ts';
import type { Answer, CallContext, Route, RouteCall } from './route.ts';
import { settingHandlers } from './setting-routes.ts';

const FUNCTIONS = '^/2015-03-31/functions';

/** The Lambda REST API: Invoke, resource policies, and what is known of functions. */
export function createHttpApi(parts: LambdaParts): HttpApi {
  const { registry, states, tags } = parts;

  function configuration(call: RouteCall, action: string): object {
    const { functionName, qualifier, context } = call;
    context.authorize(`lambda:${action}`, registry.arnOf(functionName, qualifier));
    const { fn, version, arn } = registry.resolve(functionName, qualifier);
    return functionConfiguration(fn, version, arn, states.members(fn));
  }

  const routes: readonly Route[] = [
    {
      operation: 'Invoke',
      method: 'POST',
      path: new RegExp(`${FUNCTIONS}/([^/]+)/invocations$`),
      handle: (call) => invoke(call, parts),
    },
    {
      operation: 'GetFunctionConfiguration',
      method: 'GET',
      path: new RegExp(`${FUNCTIONS}/([^/]+)/configuration$`),
      handle: (call) => ({ status: 200, body: configuration(call, 'GetFunctionConfiguration') }),
    },
    {
      operation: 'GetFunction',
      method: 'GET',
      path: new RegExp(`${FUNCTIONS}/([^/]+)$`),
      handle: (call) => {
        const Configuration = configuration(call, 'GetFunction');
        const { arn, reservedConcurrency } = registry.resolve(call.functionName).fn.definition;
        return {
          status: 200,
          body: {
            Configuration,
            Code: { RepositoryType: 'S3', Location: '' },
            Tags: tags.of(arn),
            ...(reservedConcurrency === undefined
              ? {}
              : { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
          },
        };
      },
    },
    {
      operation: 'ListFunctions',
      method: 'GET',
      path: new RegExp(`${FUNCTIONS}/?()$`),
      handle: ({ context }) => {
        context.authorize('lambda:ListFunctions', '*');
        return { status: 200, body: listFunctions(parts, context.url.searchParams) };
      },
    },
    ...policyRoutes(registry, parts.kernel.partition),
    ...configurationRoutes(parts),
    ...modelRoutes({
      ...functionHandlers(parts),
      ...aliasHandlers(parts),
      ...settingHandlers(parts),
      ...mappingHandlers(parts),
    }),
  ];

  return {
    signingNames: ['lambda'],
    operations: routes.map(({ operation }) => operation),
    async handle(request, response, context) {
      const path = context.url.pathname;
      const route = routes.find((candidate) => candidate.method === request.method && candidate.path.test(path));
      if (route === undefined) throw notImplemented(request.method ?? '', path, routes);
      await announce(context, route.operation);
      const qualifier = context.url.searchParams.get('Qualifier');
      const call: RouteCall = {
        context,
        functionName: decodedPart(route.path.exec(path)?.[1]),
        ...(qualifier === null ? {} : { qualifier }),
        header: (name) => {
          const value = request.headers[name];
          return typeof value === 'string' ? value : undefined;
        },
      };
      try {
        send(response, await route.handle(call));
      } catch (error) {
        throw error instanceof AwsError ? inThisApi(error) : error;
      }
    },
  };
}

/** Tells the door the operation's name, where the door wants to know it. */
async function announce(
  context: CallContext & { operation?: (name: string) => Promise<void> },
  operation: string,
): Promise<void> {
  await context.operation?.(operation);
}

const INVOKE_LIMIT = { maxBytes: SYNC_PAYLOAD_LIMIT_BYTES, tooLarge: requestTooLarge };

async function invoke(call: RouteCall, { door, states }: LambdaParts): Promise<Answer> {
  const { context, header } = call;
  const { requestId, principal } = context;
  const target = door.enter(call.functionName, call.qualifier, { principal });
  states.checkInvocable(target.fn);
  const body = (await context.body(INVOKE_LIMIT)).toString('utf8');
  const payload = body === '' ? '{}' : body;
  const type = header('x-amz-invocation-type') ?? 'RequestResponse';
  if (type === 'DryRun') return { status: 204 };
  if (type === 'Event') {
    door.acceptEvent(target, payload, requestId);
    return { status: 202 };
  }
  if (type !== 'RequestResponse') {
    throw new AwsError(
      'InvalidParameterValueException',
      `X-Amz-Invocation-Type must be Event, RequestResponse or DryRun, but is '${type}'`,
    );
  }
  const outcome = await door.runSync(target, payload, requestId, clientContext(header('x-amz-client-context')));
  const headers: Record<string, string> = { 'X-Amz-Executed-Version': target.version };
  if (outcome.failure !== undefined) headers['X-Amz-Function-Error'] = 'Unhandled';
  if (header('x-amz-log-type') === 'Tail') {
    headers['X-Amz-Log-Result'] = Buffer.from(outcome.logTail).toString('base64');
  }
  return { status: 200, headers, body: outcome.payload };
}

/** The JSON text of a client context. @throws AwsError InvalidRequestContentException for what is none. */
function clientContext(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const text = Buffer.from(header, 'base64').toString('utf8');
  try {
    // A header of the Runtime API carries it on, so that line breaks and other characters are written as escapes.
    return JSON.stringify(JSON.parse(text)).replace(/[\u007f-\uffff]/g, escaped);
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Client context must be a valid Base64-encoded JSON object.', {
      members: { Type: 'User' },
    });
  }
}

const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

const LIST_LIMIT = 50;

/** The functions, or with `FunctionVersion=ALL` all their versions, which go by their ARNs. */
function listFunctions({ registry, states }: LambdaParts, query: URLSearchParams): object {
  const isAll = query.get('FunctionVersion') === 'ALL';
  const all = registry.all().flatMap((fn) => {
    const { arn } = fn.definition;
    if (!isAll) return [{ fn, version: LATEST, arn }];
    return [LATEST, ...fn.versions.keys()].map((version) => ({ fn, version, arn: `${arn}:${version}` }));
  });
  const marker = query.get('Marker');
  const start = Math.max(0, marker === null ? 0 : all.findIndex(({ arn }) => arn === marker));
  const size = Math.min(LIST_LIMIT, Number(query.get('MaxItems') ?? LIST_LIMIT) || LIST_LIMIT);
  const next = all[start + size];
  return {
    Functions: all
      .slice(start, start + size)
      .map(({ fn, version, arn }) => functionConfiguration(fn, version, arn, states.members(fn))),
    ...(next === undefined ? {} : { NextMarker: next.arn }),
  };
}

function notImplemented(method: string, path: string, routes: readonly Route[]): AwsError {
  const known = routes
    .map(({ operation }) => operation)
    .sort()
    .join(', ');
  const name = operationAt(method, path) ?? `${method} ${path}`;
  return new AwsError(
    'NotImplementedException',
    `lambda ${name} is not simulated; its simulated operations are ${known}`,
    {
      status: 501,
    },
  );
}

/** Refusals are 403 in this API, whatever protocol they were worded for. */
function inThisApi(error: AwsError): AwsError {
  if (!error.code.startsWith('AccessDenied')) return error;
  return new AwsError('AccessDeniedException', error.message, { status: 403, members: { ...error.members } });
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  if (body === undefined) {
    response.setHeader('Content-Length', '0');
    response.end();
    return;
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Content-Length', String(Buffer.byteLength(text)));
  response.end(text);
}
