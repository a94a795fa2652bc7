import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { environmentVariables } from '../../constants.ts';
import { createIdentity } from '../../local/identity/identity.ts';
import { createClock } from '../../local/kernel/clock.ts';
import { createEventStream } from '../../local/kernel/events.ts';
import type { Kernel } from '../../local/kernel/kernel.ts';
import { writeBootstrap } from '../../local/lambda/bootstrap-file.ts';
import { startEnvironment } from '../../local/lambda/environment.ts';
import type { FunctionDefinition } from '../../local/lambda/function-definition.ts';
import type { FunctionFailure } from '../../local/lambda/invocation.ts';
import { INIT_LIMIT_MS } from '../../local/lambda/limits.ts';
import { orStop } from '../worker/wait.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

const ACCOUNT = '123456789012';
const LATEST = '$LATEST';

/** What is invoked, and how. */
export interface InvokeRequest {
  /** The folder that holds the bundle: `index.mjs` and its chunks. */
  readonly codeFolder: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly event: unknown;
  readonly timeoutSeconds: number;
  readonly memorySizeMb: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly region: string;
  /** Where the handler's AWS clients are led. */
  readonly endpoint: string;
  readonly onLog: (line: string) => void;
  /** Ends it before its time. */
  readonly signal: AbortSignal;
}

/** How one invocation ended. */
export interface InvokeResult {
  /** What the handler returned, as JSON text; undefined where it failed. */
  readonly returned: string | undefined;
  readonly failure: FunctionFailure | undefined;
  /** The init phase included. */
  readonly durationMs: number;
  /** In MiB; undefined where the system does not tell. */
  readonly peakMemoryMb: number | undefined;
}

/**
 * Runs a bundled handler once in an environment of its own, as the local cloud's Lambda does: behind a Runtime API,
 * with a timeout, a memory limit and nothing of the developer's environment but PATH.
 *
 * @param atEnd - called the moment the invocation has ended, before its process is
 * @throws the reason of the signal where that ended it
 */
export async function invokeOnce<Seen>(
  request: InvokeRequest,
  atEnd: () => Seen,
): Promise<InvokeResult & { readonly seen: Seen }> {
  const folder = await makeTemporaryFolder('ringback-invoke-');
  const kernel = createKernel(request, folder);
  kernel.events.on('log', ({ line }) => request.onLog(line));
  try {
    const definition = define(request);
    const environment = await startEnvironment({
      kernel,
      definition,
      version: LATEST,
      bootstrap: writeBootstrap(path.join(folder, 'runtime')),
      codeFolder: request.codeFolder,
      workFolder: path.join(folder, 'environments'),
      initLimitMs: INIT_LIMIT_MS,
      onExit: () => undefined,
    });
    const invocation = {
      requestId: kernel.uuid(),
      attempt: 1,
      payload: JSON.stringify(request.event),
      invokedArn: definition.arn,
    };
    const outcome = await orStop(environment.invoke(invocation), request.signal);
    const seen = atEnd();
    await environment.retire();
    if (outcome === undefined) throw request.signal.reason;
    const { payload, failure, durationMs, peakMemoryMb } = outcome;
    return { returned: failure === undefined ? payload : undefined, failure, durationMs, peakMemoryMb, seen };
  } finally {
    kernel.clock.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function define(request: InvokeRequest): FunctionDefinition {
  const { functionName, exportName, timeoutSeconds, memorySizeMb, variables, codeFolder, region } = request;
  return {
    functionName,
    arn: `arn:aws:lambda:${region}:${ACCOUNT}:function:${functionName}`,
    logicalId: functionName,
    stackName: 'invoke',
    description: '',
    runtime: 'nodejs24.x',
    handler: `index.${exportName}`,
    role: `arn:aws:iam::${ACCOUNT}:role/${functionName}`,
    memorySizeMb,
    timeoutSeconds,
    // One invocation alone is not worth it.
    variables: { ...variables, [environmentVariables.prepare]: 'off' },
    architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
    logGroup: `/aws/lambda/${functionName}`,
    code: { kind: 'path', path: codeFolder },
  };
}

/** As much of a local cloud as one environment needs. Its credentials are good for a service on loopback only. */
function createKernel({ region, endpoint }: InvokeRequest, dataDir: string): Kernel {
  const clock = createClock();
  const shared = {
    clock,
    events: createEventStream(),
    accountId: ACCOUNT,
    region,
    partition: 'aws',
    uuid: randomUUID,
  };
  const credentials = { accessKeyId: 'AKIAEXAMPLEEXAMPLE00', secretAccessKey: 'example', sessionToken: 'example' };
  return {
    ...shared,
    dataDir,
    random: Math.random,
    endpoint: () => endpoint,
    identity: {
      ...createIdentity(shared),
      issue: (_role, { durationSeconds = 3600 }) => ({
        ...credentials,
        expiresAt: clock.now() + durationSeconds * 1000,
      }),
    },
  };
}
