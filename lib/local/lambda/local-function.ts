import { join } from 'node:path';
import type { Kernel, Principal } from '../kernel/kernel.ts';
import { layOutCode } from './code-folder.ts';
import { startEnvironment } from './environment.ts';
import { createEnvironmentPool, type EnvironmentPool } from './environment-pool.ts';
import { DEFAULT_EVENT_INVOKE_CONFIG, type EventInvokeConfig } from './event-invoke-config.ts';
import type { FunctionDefinition } from './function-definition.ts';
import type { LambdaFaults } from './lambda-faults.ts';
import type { StartGate } from './start-gate.ts';

/** The version that an unqualified name means. */
export const LATEST = '$LATEST';

/** A function with all that belongs to it. */
export interface LocalFunction {
  readonly definition: FunctionDefinition;
  readonly pool: EnvironmentPool;
  /** Published versions; their code and configuration are those of `$LATEST`. */
  readonly versions: Set<string>;
  /** Versions by alias. */
  readonly aliases: Map<string, string>;
  /** Statements of the resource policy by qualifier; `undefined` is the unqualified function. */
  readonly statements: Map<string | undefined, object[]>;
  /** By qualifier. */
  readonly eventInvokeConfigs: Map<string, EventInvokeConfig>;
}

/** A function under one qualifier, as an invocation addresses it. */
export interface InvocationTarget {
  readonly fn: LocalFunction;
  readonly version: string;
  readonly qualifier?: string;
  /** The ARN with its qualifier, where the caller gave one. */
  readonly arn: string;
}

/** What {@link createLocalFunction} needs. */
export interface LocalFunctionOptions {
  readonly kernel: Kernel;
  readonly bootstrap: () => string;
  /** Where code and environments lie. */
  readonly folder: string;
  readonly maxEnvironments: number;
  readonly initLimitMs: number;
  readonly startGate: StartGate;
  readonly faults: LambdaFaults;
}

/** Creates a function that runs nothing yet. */
export function createLocalFunction(definition: FunctionDefinition, options: LocalFunctionOptions): LocalFunction {
  const { kernel } = options;
  const codeFolder = join(options.folder, 'code', definition.functionName);
  let laidOut: Promise<void> | undefined;

  const pool = createEnvironmentPool({
    limit: Math.min(options.maxEnvironments, definition.reservedConcurrency ?? Number.POSITIVE_INFINITY),
    isFresh: ({ expiresAt }) => expiresAt > kernel.clock.now() + definition.timeoutSeconds * 1000,
    async start(version, onExit) {
      laidOut ??= layOutCode(definition.code, codeFolder);
      await laidOut;
      const leave = await options.startGate.enter();
      const environment = await startEnvironment({
        kernel,
        definition,
        version,
        bootstrap: options.bootstrap(),
        codeFolder,
        workFolder: join(options.folder, 'environments'),
        initLimitMs: options.initLimitMs,
        onInitEnd: leave,
        onExit,
      }).catch((error: unknown) => {
        leave();
        throw error;
      });
      const { functionName } = definition;
      if (options.faults.onEnvironment?.({ functionName }) === 'crash') environment.kill('SIGKILL');
      return environment;
    },
  });
  return {
    definition,
    pool,
    versions: new Set(),
    aliases: new Map(),
    statements: new Map(),
    eventInvokeConfigs: new Map(),
  };
}

/** Who Lambda is when it acts under a function's role; refusals then name the function. */
export function rolePrincipal({ identity }: Kernel, { role, functionName }: FunctionDefinition): Principal {
  return { ...identity.role(role), functionName };
}

/** How the asynchronous events of a target are treated. */
export function eventInvokeConfigOf(target: InvocationTarget): EventInvokeConfig {
  return target.fn.eventInvokeConfigs.get(target.qualifier ?? LATEST) ?? DEFAULT_EVENT_INVOKE_CONFIG;
}
