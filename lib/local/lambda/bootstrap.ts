/*
 * The runtime client that runs inside each execution environment: it loads the handler, asks the Runtime API for
 * events, and posts results. It stands in for AWS's runtime interface client for Node.js 24 and keeps its error types.
 *
 * The local cloud strips the types of this file and runs it beside runtime-errors.ts, so it imports nothing else. Built-ins come from
 * process.getBuiltinModule: an `import 'node:http'` would evaluate getters that load undici, ten times as slow.
 */
import type * as FileSystem from 'node:fs';
import type * as Http from 'node:http';
import type Modules from 'node:module';
import type * as Paths from 'node:path';
import type * as Urls from 'node:url';
import { errorBody, errorDetail, runtimeError, unhandledRejection } from './runtime-errors.ts';

interface Answer {
  readonly headers: Http.IncomingHttpHeaders;
  readonly body: string;
}

type Handler = (event: unknown, context: object) => unknown;

const fs: typeof FileSystem = process.getBuiltinModule('node:fs');
const http: typeof Http = process.getBuiltinModule('node:http');
/** As it was before the function's code ran: a tracer puts its own in its place, and AWS's client does not go by it. */
const { request: startRequest } = http;
const path: typeof Paths = process.getBuiltinModule('node:path');
const url: typeof Urls = process.getBuiltinModule('node:url');

const API = '/2018-06-01/runtime';
const STDOUT = 1;
const STDERR = 2;
const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');

const realNow = Date.now;
let offsetMs = Number(process.argv[2] ?? 0);
process.argv.length = 2;

/** Lets `Date` tell simulated time. Timers and `performance` stay real. */
function shiftDate(): void {
  const RealDate = Date;
  const now = () => realNow() + offsetMs;
  RealDate.now = now;
  const SimulatedDate: DateConstructor = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new SimulatedDate().toString(),
  });
  RealDate.prototype.constructor = SimulatedDate;
  globalThis.Date = SimulatedDate;
}

/** Ends this process and all that it started: without its Runtime API an environment has no reason to live. */
function endWithTheCloud(): never {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    // Not the leader of a process group, so there is nothing to take along.
  }
  process.exit(1);
}

const [hostname, port] = (process.env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const watchedSockets = new WeakSet<object>();

function call(method: string, target: string, body?: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve) => {
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    const request = startRequest(
      { hostname, port, method, path: `${API}${target}`, agent, headers: { ...headers, ...length } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ headers: response.headers, body: text }));
      },
    );
    request.on('socket', (socket) => {
      if (watchedSockets.has(socket)) return;
      watchedSockets.add(socket);
      socket.once('close', endWithTheCloud);
    });
    request.on('error', endWithTheCloud);
    request.end(body);
  });
}

/** Writes an error as AWS's client does, the space before the tab included. */
function logError(title: string, requestId: string | undefined, error: unknown): void {
  const line = `${new Date().toISOString()}\t${requestId ?? 'undefined'}\tERROR\t${title} \t${errorDetail(error)}`;
  write(STDOUT, `${line.replaceAll('\n', '\r')}\n`);
}

function write(descriptor: number, text: string): void {
  try {
    fs.writeSync(descriptor, text);
  } catch {
    // The function closed its own output; there is nobody left to tell.
  }
}

/**
 * Says that what the invocation wrote ends here; the server reads up to this line before it calls the invocation
 * ended. It goes through the stream, whose own queue may still hold lines, but past a `write` that the function put
 * in its place.
 */
function markEnd(stream: NodeJS.WriteStream, requestId: string): Promise<void> {
  const { write: writeToStream } = Object.getPrototypeOf(stream) as NodeJS.WriteStream;
  return new Promise((resolve) => {
    writeToStream.call(stream, `\u001eEND ${requestId}\n`, 'utf8', () => resolve());
  });
}

function existingFile(base: string): string | undefined {
  for (const extension of ['', '.js', '.mjs', '.cjs']) {
    const file = base + extension;
    if (fs.statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
  }
  return undefined;
}

/** Splits `src/index.handlers.run` into folder `src`, module `index` and export `handlers.run`. */
async function loadHandler(root: string, handler: string): Promise<Handler> {
  if (handler.includes('..')) {
    throw runtimeError('MalformedHandlerName', `'${handler}' is not a valid handler name: it must not contain '..'`);
  }
  const name = path.basename(handler);
  const dot = name.indexOf('.');
  if (dot === -1) throw runtimeError('MalformedHandlerName', `Bad handler ${handler}: it must be FILE.EXPORT`);
  const exportName = name.slice(dot + 1);
  const loaded = await loadModule(root, path.dirname(handler), name.slice(0, dot));
  const found = member(loaded, exportName) ?? member(member(loaded, 'default'), exportName);
  if (!found) throw runtimeError('HandlerNotFound', `${handler} is undefined or not exported`);
  if (typeof found !== 'function') throw runtimeError('HandlerNotFound', `${handler} is not a function`);
  if (found.length >= 3 && !Reflect.get(found, STREAMING)) {
    throw runtimeError(
      'CallbackHandlerDeprecated',
      'the handler declares a callback parameter, which Node.js 24 functions no longer get: make it an async function of (event, context)',
    );
  }
  return found as Handler;
}

function member(value: unknown, names: string): unknown {
  let found = value;
  for (const name of names.split('.')) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

async function loadModule(root: string, folder: string, name: string): Promise<unknown> {
  try {
    const file = existingFile(path.resolve(root, folder, name));
    if (file !== undefined) return await import(url.pathToFileURL(file).href);
    const { createRequire }: Pick<typeof Modules, 'createRequire'> = process.getBuiltinModule('node:module');
    const require = createRequire(path.join(root, 'index.js'));
    return require(require.resolve(name, { paths: [root, path.join(root, folder)] }));
  } catch (error) {
    if (error instanceof SyntaxError) throw runtimeError('UserCodeSyntaxError', String(error), { stack: error.stack });
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') {
      throw runtimeError('ImportModuleError', String(error));
    }
    throw error;
  }
}

function contextOf(headers: Http.IncomingHttpHeaders): { readonly awsRequestId: string } {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  const offset = offsetMs;
  const { env } = process;
  const client = headers['lambda-runtime-client-context'];
  return {
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: typeof client === 'string' ? JSON.parse(client) : undefined,
    identity: undefined,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: String(headers['lambda-runtime-aws-request-id']),
    getRemainingTimeInMillis: () => deadlineMs - (realNow() + offset),
  } as { readonly awsRequestId: string };
}

function resultBody(result: unknown): string {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch {
    throw runtimeError('JSONStringifyError', 'Unable to stringify response body');
  }
}

async function answer(handler: Handler, requestId: string, event: string, context: object): Promise<void> {
  let route = 'response';
  let body: string;
  try {
    const result = await handler(JSON.parse(event), context);
    await new Promise((resolve) => setImmediate(resolve));
    body = resultBody(result);
  } catch (error) {
    await new Promise((resolve) => setImmediate(resolve));
    logError('Invoke Error', requestId, error);
    route = 'error';
    body = JSON.stringify(errorBody(error));
  }
  await Promise.all([markEnd(process.stdout, requestId), markEnd(process.stderr, requestId)]);
  await call('POST', `/invocation/${encodeURIComponent(requestId)}/${route}`, body);
}

/** The request at hand; none in the init phase. */
let currentRequestId: string | undefined;

/** Tells that the environment ends, and why; then ends it. */
async function endWith(error: unknown, title: string, exitCode: number): Promise<never> {
  logError(title, currentRequestId, error);
  const failure = errorBody(error);
  const body = JSON.stringify(failure);
  if (currentRequestId === undefined) {
    const headers = { 'Lambda-Runtime-Function-Error-Type': encodeURI(failure.errorType) };
    await call('POST', '/init/error', body, headers);
  } else {
    const target = `/invocation/${encodeURIComponent(currentRequestId)}/error`;
    await call('POST', target, body, { 'Ringback-Environment-Ends': 'true' });
  }
  process.exit(exitCode);
}

/** As AWS's client does, before anything of the function runs; its exit codes are those of AWS's client too. */
function listenForStrayErrors(): void {
  process.on('uncaughtException', (error) => errorCallbacks.uncaughtException(error));
  process.on('unhandledRejection', (reason, promise) => errorCallbacks.unhandledRejection(reason, promise));
}

/** Under the name that it has in AWS's client, by which libraries know the runtime's own listeners. */
const errorCallbacks = {
  uncaughtException: (error: unknown): void => void endWith(error, 'Uncaught Exception', 129),
  unhandledRejection: (reason: unknown, promise: Promise<unknown>): void =>
    void endWith(unhandledRejection(reason, promise), 'Unhandled Promise Rejection', 128),
};

async function run(): Promise<void> {
  shiftDate();
  listenForStrayErrors();
  let handler: Handler;
  try {
    handler = await loadHandler(process.env.LAMBDA_TASK_ROOT ?? process.cwd(), process.env._HANDLER ?? '');
  } catch (error) {
    return endWith(error, 'Uncaught Exception', 129);
  }
  for (;;) {
    const { headers, body } = await call('GET', '/invocation/next');
    offsetMs = Number(headers['ringback-clock-offset-ms'] ?? 0);
    const traceId = headers['lambda-runtime-trace-id'];
    if (typeof traceId === 'string') process.env._X_AMZN_TRACE_ID = traceId;
    const context = contextOf(headers);
    currentRequestId = context.awsRequestId;
    await answer(handler, context.awsRequestId, body, context);
  }
}

run().catch((error: unknown) => {
  write(STDERR, `${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
