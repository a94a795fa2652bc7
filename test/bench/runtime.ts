import { randomUUID } from 'node:crypto';
import { environmentVariables } from '../../lib/constants.ts';
import { startProcess } from '../../lib/local/lambda/environment-process.ts';
import { RESPONSE_LIMIT_BYTES } from '../../lib/local/lambda/limits.ts';
import { createRuntimeApi } from '../../lib/local/lambda/runtime-api.ts';

/** One execution environment of a subject. */
export interface BenchEnvironment {
  /** When its process was started, on this process's `performance` clock. */
  readonly startedAt: number;
  /**
   * Hands it an event and waits for its answer.
   *
   * @throws Error when the function fails or its process ends
   */
  invoke(event: unknown): Promise<BenchAnswer>;
  close(): Promise<void>;
}

/** What the function answered; times on this process's `performance` clock. */
export interface BenchAnswer {
  readonly payload: string;
  /** The event was handed over. */
  readonly deliveredAt: number;
  readonly answeredAt: number;
}

/** What {@link startEnvironment} needs. */
export interface BenchEnvironmentOptions {
  /** The runtime client, as the local cloud's Lambda writes it. */
  readonly bootstrap: string;
  readonly folder: string;
  /** @defaultValue 'index.handler' */
  readonly handler?: string;
  /** The address of all services. */
  readonly endpoint: string;
  /** Flags for Node, for profiles. */
  readonly nodeOptions?: string;
  /** More environment variables. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Is told when the process first asks for an event, which ends its init phase. */
  readonly onReady?: (pid: number) => void;
  /** Hears each line of output. */
  readonly onLine?: (text: string) => void;
}

const MEMORY_MB = 512;
const TIMEOUT_MS = 30_000;

/** Starts the process of a function behind the local cloud's Runtime API, without the rest of the local cloud. */
export async function startEnvironment(options: BenchEnvironmentOptions): Promise<BenchEnvironment> {
  let ready = Promise.withResolvers<void>();
  let answer = Promise.withResolvers<Omit<BenchAnswer, 'deliveredAt'>>();
  const gone = Promise.withResolvers<void>();
  const output: string[] = [];
  const fail = (reason: string) => {
    const error = new Error(`${options.folder}: ${reason}\n${output.slice(-20).join('\n')}`);
    ready.reject(error);
    answer.reject(error);
  };
  answer.promise.catch(() => undefined);
  ready.promise.catch(() => undefined);

  let isReady = false;
  const api = await createRuntimeApi(
    {
      next: () => {
        if (!isReady) options.onReady?.(child.pid);
        isReady = true;
        ready.resolve();
      },
      response: (_requestId, body) => answer.resolve({ payload: body ?? '', answeredAt: performance.now() }),
      error: (_requestId, body) => fail(body),
      initError: fail,
    },
    { responseLimitBytes: RESPONSE_LIMIT_BYTES },
  );
  const startedAt = performance.now();
  const child = startProcess(
    {
      bootstrap: options.bootstrap,
      folder: options.folder,
      memorySizeMb: MEMORY_MB,
      offsetMs: 0,
      variables: variablesOf(options, api.address),
    },
    {
      line: (_stream, text) => {
        output.push(text);
        options.onLine?.(text);
      },
      logEnd: () => undefined,
      exit: () => {
        fail('the process ended');
        gone.resolve();
      },
    },
  );

  return {
    startedAt,
    async invoke(event) {
      await ready.promise;
      ready = Promise.withResolvers();
      ready.promise.catch(() => undefined);
      answer = Promise.withResolvers();
      answer.promise.catch(() => undefined);
      const deliveredAt = performance.now();
      api.deliver(
        {
          'Lambda-Runtime-Aws-Request-Id': randomUUID(),
          'Lambda-Runtime-Deadline-Ms': String(Date.now() + TIMEOUT_MS),
          'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:us-east-1:123456789012:function:bench',
        },
        JSON.stringify(event),
      );
      return { ...(await answer.promise), deliveredAt };
    },
    async close() {
      child.kill(options.nodeOptions === undefined ? 'SIGKILL' : 'SIGTERM');
      await gone.promise;
      api.close();
    },
  };
}

function variablesOf(options: BenchEnvironmentOptions, runtimeApi: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    TZ: 'UTC',
    HOME: options.folder,
    _HANDLER: options.handler ?? 'index.handler',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: options.endpoint,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_SESSION_TOKEN: 'example',
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MEMORY_MB),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/bench',
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/31/[$LATEST]0',
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    LAMBDA_TASK_ROOT: options.folder,
    [environmentVariables.ledgerTable]: 'Ledger',
    [environmentVariables.lastResort]: 'true',
    ...options.variables,
    ...(options.nodeOptions === undefined ? {} : { NODE_OPTIONS: options.nodeOptions }),
  };
}
