import { join } from 'node:path';
import type { Kernel } from '../kernel/kernel.ts';
import type { FunctionPort, ObjectPort, QueuePort } from '../kernel/ports.ts';
import type { LocalService } from '../kernel/service.ts';
import { createAsyncQueue } from './async-queue.ts';
import { writeBootstrap } from './bootstrap-file.ts';
import { createDestinations } from './destinations.ts';
import type { FunctionRecord } from './function-definition.ts';
import { type AcceptedEvent, createFrontDoor, createFunctionPort, type DeliveryFault } from './function-port.ts';
import { createFunctionRegistry } from './function-registry.ts';
import { createFunctionStates } from './function-state.ts';
import { createHttpApi } from './http-api.ts';
import { createInvoker } from './invoker.ts';
import type { LambdaFaults } from './lambda-faults.ts';
import { DEFAULT_MAX_ENVIRONMENTS, INIT_LIMIT_MS } from './limits.ts';
import { createLocalFunction, type LocalFunction } from './local-function.ts';
import { createMappingStore } from './mapping-store.ts';
import { createResourceTags } from './resource-tags.ts';
import { createResources } from './resources.ts';
import { createStartGate } from './start-gate.ts';
import { createCodeUpload } from './uploaded-code.ts';

/** What {@link createLambda} needs and may be told. */
export interface LambdaOptions {
  readonly queues: QueuePort;
  /** Where the code of functions may lie. @defaultValue no S3 stands beside Lambda */
  readonly objects?: Pick<ObjectPort, 'get'>;
  /**
   * Execution environments of one function at the same time; ReservedConcurrentExecutions lowers it.
   *
   * @defaultValue 10
   */
  readonly maxEnvironments?: number;
  /** Real milliseconds that the init phase may take. @defaultValue 10000 */
  readonly initLimitMs?: number;
  /** Faults for tests: called for each asynchronous event that was accepted. */
  readonly onInvocation?: (info: AcceptedEvent) => DeliveryFault | undefined;
  /** Faults for tests that strike environments and results. */
  readonly faults?: LambdaFaults;
}

/** A function, for lists and look-ups. */
export interface FunctionSummary {
  readonly functionName: string;
  readonly functionArn: string;
  readonly logicalId: string;
  readonly stackName: string;
  /** The `aws:cdk:path` of the function, where the template has it. */
  readonly path?: string;
  readonly runtime: string;
  readonly handler: string;
  readonly role: string;
  readonly memorySizeMb: number;
  readonly timeoutSeconds: number;
}

/** A process that handles, or waits for, the events of a function. */
export interface EnvironmentSummary {
  readonly environmentId: string;
  readonly functionName: string;
  readonly pid: number;
  /** The request that it works on; absent while it is idle. */
  readonly requestId?: string;
}

/** Lambda, as callers, templates and tests of one local cloud see it. */
export interface Lambda extends LocalService, FunctionPort {
  start(): void;
  /** Ends every environment and waits until its process is gone. */
  stop(): Promise<void>;
  functions(): readonly FunctionSummary[];
  environments(): readonly EnvironmentSummary[];
  /** Asynchronous events that wait, run or will be retried. */
  pendingEvents(): number;
  /** Sends a signal to an environment's process and all that it started; false when there is none. */
  kill(environmentId: string, signal?: NodeJS.Signals): boolean;
  /** Ends what an environment works on as out of memory; false when there is none, or it works on nothing. */
  exhaustMemory(environmentId: string): boolean;
}

/**
 * Creates Lambda. Nothing runs before {@link Lambda.start} or the first invocation.
 *
 * @throws RangeError when `maxEnvironments` is no whole number from 1.
 */
export function createLambda(kernel: Kernel, options: LambdaOptions): Lambda {
  const { queues, maxEnvironments = DEFAULT_MAX_ENVIRONMENTS, initLimitMs = INIT_LIMIT_MS } = options;
  if (!Number.isInteger(maxEnvironments) || maxEnvironments < 1) {
    throw new RangeError(`maxEnvironments must be a whole number from 1, but is ${maxEnvironments}`);
  }
  const folder = join(kernel.dataDir, 'lambda');
  const registry = createFunctionRegistry(kernel);
  const startGate = createStartGate();
  let bootstrap: string | undefined;

  const invoke = createInvoker(kernel, options.faults);
  const settle = createDestinations({ kernel, queues, functions: () => port });
  const queue = createAsyncQueue({
    clock: kernel.clock,
    invoke,
    settled: (event, condition, outcome) => {
      settle(event, condition, outcome).catch((error: unknown) => {
        kernel.events.emit('notice', { message: `an asynchronous event was lost: ${error}` });
      });
    },
  });
  const door = createFrontDoor({ kernel, registry, invoke, queue, onInvocation: options.onInvocation });
  const port = createFunctionPort(door, kernel);
  const mappings = createMappingStore({ kernel, queues, invoke, registry });
  const states = createFunctionStates(kernel.clock);

  function createFunction(definition: FunctionRecord): LocalFunction {
    const fn = createLocalFunction(definition, {
      kernel,
      folder,
      maxEnvironments,
      initLimitMs,
      startGate,
      faults: options.faults ?? {},
      bootstrap: () => {
        bootstrap ??= writeBootstrap(folder);
        return bootstrap;
      },
    });
    fn.pool.onFree(() => queue.pump(fn));
    return fn;
  }
  const live = () => registry.all().flatMap((fn) => fn.pool.environments().map((environment) => ({ fn, environment })));

  /** For a parent that ends without `stop`; children of one that is killed end when their connection breaks. */
  function killAll(): void {
    for (const { environment } of live()) environment.kill('SIGKILL');
  }
  process.once('exit', killAll);

  return {
    name: 'lambda',
    http: createHttpApi({
      kernel,
      registry,
      door,
      states,
      mappings,
      queues,
      createFunction,
      tags: createResourceTags(registry, mappings),
      upload: createCodeUpload({ kernel, folder, objects: options.objects }),
    }),
    resources: createResources({ kernel, registry, mappings, createFunction }),
    ...port,
    functions: () =>
      registry.all().map(({ definition }) => ({
        functionName: definition.functionName,
        functionArn: definition.arn,
        logicalId: definition.logicalId,
        stackName: definition.stackName,
        ...(definition.path === undefined ? {} : { path: definition.path }),
        runtime: definition.runtime,
        handler: definition.handler,
        role: definition.role,
        memorySizeMb: definition.memorySizeMb,
        timeoutSeconds: definition.timeoutSeconds,
      })),
    environments: () =>
      live().map(({ fn, environment: { id, pid, requestId } }) => ({
        environmentId: id,
        functionName: fn.definition.functionName,
        pid,
        ...(requestId === undefined ? {} : { requestId }),
      })),
    pendingEvents: () => queue.size(),
    kill: (environmentId, signal = 'SIGKILL') =>
      live()
        .find(({ environment }) => environment.id === environmentId)
        ?.environment.kill(signal) ?? false,
    exhaustMemory: (environmentId) =>
      live()
        .find(({ environment }) => environment.id === environmentId)
        ?.environment.exhaustMemory() ?? false,
    start() {
      mappings.start();
    },
    async stop() {
      mappings.stop();
      queue.stop();
      await Promise.all(registry.all().map((fn) => fn.pool.stop()));
      process.removeListener('exit', killAll);
    },
  };
}
