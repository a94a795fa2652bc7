import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Kernel } from '../kernel/kernel.ts';
import { type EnvironmentProcess, type ProcessExit, startProcess } from './environment-process.ts';
import { environmentVariables } from './environment-variables.ts';
import { framedLog } from './framed-log.ts';
import type { FunctionDefinition } from './function-definition.ts';
import {
  exitFailure,
  type FunctionFailure,
  type Invocation,
  type InvocationOutcome,
  outOfMemoryFailure,
  responseTooLargeFailure,
  timeoutFailure,
} from './invocation.ts';
import { CREDENTIALS_SECONDS, LOG_TAIL_BYTES, RESPONSE_LIMIT_BYTES } from './limits.ts';
import { type MemoryWatch, watchMemory } from './memory-watch.ts';
import { createRuntimeApi } from './runtime-api.ts';
import { withResolvers } from './with-resolvers.ts';

/** One execution environment: a process that handles one invocation at a time. */
export interface Environment {
  readonly id: string;
  readonly version: string;
  readonly pid: number;
  /** When its credentials end, in simulated milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The request that it works on, if any. */
  readonly requestId: string | undefined;
  /** Whether its process has ended, or is about to. */
  readonly ended: boolean;
  /** Runs one invocation to its end. The caller keeps a second one away until then, and holds the clock. */
  invoke(invocation: Invocation): Promise<InvocationOutcome>;
  /** Sends a signal to its process; false when that has ended. */
  kill(signal: NodeJS.Signals): boolean;
  /** Ends what it works on as if it had used more memory than the function has; false when it works on nothing. */
  exhaustMemory(): boolean;
  /** Ends the process and resolves when it is gone. */
  retire(): Promise<void>;
}

/** What {@link startEnvironment} needs. */
export interface EnvironmentOptions {
  readonly kernel: Kernel;
  readonly definition: FunctionDefinition;
  readonly version: string;
  readonly bootstrap: string;
  readonly codeFolder: string;
  readonly workFolder: string;
  readonly initLimitMs: number;
  /** Called when the init phase is over, in whatever way; it may be called again. */
  readonly onInitEnd?: () => void;
  readonly onExit: (environment: Environment) => void;
}

/** The part of an environment's life that belongs to one invocation. */
interface Running {
  readonly invocation: Invocation;
  readonly startedAt: number;
  readonly coldStart: boolean;
  readonly finish: (outcome: InvocationOutcome) => void;
  delivered: boolean;
  /** Decided, but not yet told: the output or the end of the process is still awaited. */
  verdict?: { readonly payload: string; readonly failure?: FunctionFailure };
  readonly openStreams: Set<'stdout' | 'stderr'>;
  logTail: string;
}

/** How long the end of an invocation waits for the last of its output, in real milliseconds. */
const LOG_GRACE_MS = 200;

/** Starts an environment; its init phase begins at once. The caller holds the clock. */
export async function startEnvironment(options: EnvironmentOptions): Promise<Environment> {
  const { kernel, definition, version } = options;
  const id = kernel.uuid();
  const homeFolder = join(options.workFolder, id);
  const credentials = kernel.identity.issue(definition.role, {
    sessionName: definition.functionName,
    functionName: definition.functionName,
    environmentId: id,
    durationSeconds: CREDENTIALS_SECONDS,
  });
  let running: Running | undefined;
  let waitsForEvent = false;
  let initialized = false;
  let initFailure: FunctionFailure | undefined;
  let deadline: NodeJS.Timeout | undefined;
  let memory: MemoryWatch | undefined;
  let ended = false;
  const gone = withResolvers<void>();

  const api = await createRuntimeApi(
    {
      next() {
        waitsForEvent = true;
        initialized = true;
        options.onInitEnd?.();
        deliver();
      },
      response(requestId, body) {
        if (requestId !== running?.invocation.requestId) return;
        if (body === undefined) settle(failed(responseTooLargeFailure(RESPONSE_LIMIT_BYTES)));
        else settle({ payload: body });
      },
      error(requestId, body, ends) {
        if (requestId !== running?.invocation.requestId) return;
        const verdict = { payload: body, failure: parseFailure(body) };
        if (ends) settleAtExit(verdict);
        else settle(verdict);
      },
      initError(body) {
        initFailure = parseFailure(body);
      },
    },
    { responseLimitBytes: RESPONSE_LIMIT_BYTES },
  );
  mkdirSync(homeFolder, { recursive: true });
  const now = kernel.clock.now();
  const offsetMs = Math.round(now - Date.now());
  const child: EnvironmentProcess = startProcess(
    {
      bootstrap: options.bootstrap,
      folder: options.codeFolder,
      memorySizeMb: definition.memorySizeMb,
      offsetMs,
      variables: environmentVariables(definition, {
        version,
        region: kernel.region,
        endpoint: kernel.endpoint(),
        credentials,
        runtimeApi: api.address,
        logStream: logStream(now, version, id),
        taskRoot: options.codeFolder,
        runtimeFolder: join(options.bootstrap, '..'),
        homeFolder,
      }),
    },
    { line: log, logEnd, exit },
  );

  function log(stream: 'stdout' | 'stderr', line: string): void {
    const { functionName } = definition;
    // Lines of the init phase belong to no request, also when a request waits for it.
    const requestId = initialized ? running?.invocation.requestId : undefined;
    if (running !== undefined) running.logTail = `${running.logTail}${line}\n`.slice(-LOG_TAIL_BYTES);
    kernel.events.emit('log', { functionName, ...(requestId === undefined ? {} : { requestId }), line, stream });
  }

  function logEnd(stream: 'stdout' | 'stderr', requestId: string): void {
    if (running?.invocation.requestId !== requestId) return;
    running.openStreams.delete(stream);
    if (running.verdict !== undefined && running.openStreams.size === 0) finish();
  }

  function deliver(): void {
    if (!waitsForEvent || running === undefined || running.delivered || running.verdict !== undefined) return;
    const { invocation } = running;
    waitsForEvent = false;
    running.delivered = true;
    const { timeoutSeconds } = definition;
    const started = kernel.clock.now();
    arm(timeoutSeconds * 1000, timeoutSeconds);
    api.deliver(
      {
        'Lambda-Runtime-Aws-Request-Id': invocation.requestId,
        'Lambda-Runtime-Deadline-Ms': String(Math.round(started + timeoutSeconds * 1000)),
        'Lambda-Runtime-Invoked-Function-Arn': invocation.invokedArn,
        'Lambda-Runtime-Trace-Id': traceId(started, invocation.requestId),
        ...(invocation.clientContext === undefined
          ? {}
          : { 'Lambda-Runtime-Client-Context': invocation.clientContext }),
        'Ringback-Clock-Offset-Ms': String(Math.round(started - Date.now())),
      },
      invocation.payload,
    );
  }

  /** Kills the process `ms` from now. Real time: the clock is held, so simulated time passes at the same rate. */
  function arm(ms: number, seconds: number): void {
    clearTimeout(deadline);
    deadline = setTimeout(() => {
      if (running === undefined || running.verdict !== undefined) return;
      running.verdict = failed(timeoutFailure(running.invocation.requestId, seconds));
      end();
    }, ms);
  }

  function end(): void {
    ended = true;
    child.kill('SIGKILL');
  }

  function exhaustMemory(): boolean {
    if (running === undefined || running.verdict !== undefined) return false;
    running.verdict = failed(outOfMemoryFailure(running.invocation.requestId));
    end();
    return true;
  }

  /** Keeps the answer until the output that came before it has been read. */
  function settle(verdict: NonNullable<Running['verdict']>): void {
    if (running === undefined || running.verdict !== undefined) return;
    running.verdict = verdict;
    clearTimeout(deadline);
    if (running.openStreams.size === 0) finish();
    else deadline = setTimeout(finish, LOG_GRACE_MS);
  }

  /** Keeps the answer until the process is gone, so that no further event is given to it. */
  function settleAtExit(verdict: NonNullable<Running['verdict']>): void {
    if (running === undefined || running.verdict !== undefined) return;
    running.verdict = verdict;
    ended = true;
    clearTimeout(deadline);
    deadline = setTimeout(end, LOG_GRACE_MS);
  }

  function finish(): void {
    if (running?.verdict === undefined) return;
    const { invocation, verdict, startedAt, coldStart, logTail, finish: tell } = running;
    clearTimeout(deadline);
    const peakMemoryMb = memory?.peakMb();
    memory?.stop();
    running = undefined;
    const durationMs = Math.round(kernel.clock.now() - startedAt);
    tell({
      ...verdict,
      logTail: framedLog(logTail, {
        requestId: invocation.requestId,
        version,
        durationMs,
        memorySizeMb: definition.memorySizeMb,
        peakMemoryMb,
        coldStart,
      }).slice(-LOG_TAIL_BYTES),
      durationMs,
      coldStart,
      ...(peakMemoryMb === undefined ? {} : { peakMemoryMb }),
    });
  }

  function exit(how: ProcessExit): void {
    ended = true;
    options.onInitEnd?.();
    api.close();
    rmSync(homeFolder, { recursive: true, force: true });
    if (running !== undefined) {
      running.verdict ??= failed(initFailure ?? exitFailure(running.invocation.requestId, how.code, how.signal));
      finish();
    }
    gone.resolve();
    options.onExit(environment);
  }

  const environment: Environment = {
    id,
    version,
    pid: child.pid,
    expiresAt: credentials.expiresAt,
    get requestId() {
      return running?.invocation.requestId;
    },
    get ended() {
      return ended;
    },
    invoke(invocation) {
      if (ended) throw new Error(`environment ${id} of ${definition.functionName} has ended`);
      const { promise, resolve } = withResolvers<InvocationOutcome>();
      running = {
        invocation,
        startedAt: kernel.clock.now(),
        coldStart: !initialized,
        finish: resolve,
        delivered: false,
        openStreams: new Set(['stdout', 'stderr']),
        logTail: '',
      };
      memory = watchMemory(child.pid, definition.memorySizeMb, exhaustMemory);
      if (initialized) arm(definition.timeoutSeconds * 1000, definition.timeoutSeconds);
      else arm(options.initLimitMs, options.initLimitMs / 1000);
      deliver();
      return promise;
    },
    kill: (signal) => child.kill(signal),
    exhaustMemory,
    retire() {
      end();
      return gone.promise;
    },
  };
  return environment;
}

function failed(failure: FunctionFailure): { payload: string; failure: FunctionFailure } {
  return { payload: JSON.stringify(failure), failure };
}

function parseFailure(body: string): FunctionFailure {
  try {
    return JSON.parse(body);
  } catch {
    return { errorType: 'Runtime.Unknown', errorMessage: body };
  }
}

/** `2026/01/31/[$LATEST]` and 32 hexadecimal digits. */
function logStream(time: number, version: string, id: string): string {
  const day = new Date(time).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[${version}]${id.replaceAll('-', '')}`;
}

function traceId(time: number, requestId: string): string {
  const digits = requestId.replaceAll('-', '').padEnd(32, '0');
  const epoch = Math.floor(time / 1000).toString(16);
  return `Root=1-${epoch}-${digits.slice(0, 24)};Parent=${digits.slice(16, 32)};Sampled=0`;
}
