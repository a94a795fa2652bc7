import { join } from 'node:path';
import type { Kernel, Principal } from '../kernel/kernel.ts';
import { layOutCode } from './code-folder.ts';
import { type Environment, startEnvironment } from './environment.ts';
import { createEnvironmentPool, type EnvironmentPool } from './environment-pool.ts';
import { DEFAULT_EVENT_INVOKE_CONFIG, type EventInvokeConfig } from './event-invoke-config.ts';
import type { FunctionCode, FunctionDefinition, FunctionRecord } from './function-definition.ts';
import type { LambdaFaults } from './lambda-faults.ts';
import type { StartGate } from './start-gate.ts';

/** The version that an unqualified name means. */
export const LATEST = '$LATEST';

/** A function with all that belongs to it. */
export interface LocalFunction {
  /** That of `$LATEST`. */
  readonly definition: FunctionRecord;
  readonly pool: EnvironmentPool;
  /** What was published, by version. */
  readonly versions: ReadonlyMap<string, FunctionRecord>;
  /** That of a version. Without one of its own it has that of `$LATEST`. */
  definitionOf(version: string): FunctionRecord;
  /** What `$LATEST` is from now on; environments of what it was are replaced as they become free. */
  update(definition: FunctionRecord): void;
  /** Makes a version of `$LATEST`, with a description of its own where one is given, and tells its number. */
  publish(description?: string): string;
  /** Forgets a version. */
  unpublish(version: string): void;
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
export function createLocalFunction(initial: FunctionRecord, options: LocalFunctionOptions): LocalFunction {
  const { kernel } = options;
  const { functionName } = initial;
  let latest = initial;
  const versions = new Map<string, FunctionRecord>();
  let published = 0;
  const laidOut = new Map<FunctionCode, { readonly folder: string; readonly done: Promise<void> }>();
  const startedWith = new WeakMap<Environment, FunctionRecord>();
  const definitionOf = (version: string) => versions.get(version) ?? latest;

  /** Each code has a folder of its own, which the environments of all versions with it share. */
  function layOut(code: FunctionCode): { readonly folder: string; readonly done: Promise<void> } {
    const known = laidOut.get(code);
    if (known !== undefined) return known;
    const folder = join(options.folder, 'code', laidOut.size === 0 ? functionName : `${functionName}.${kernel.uuid()}`);
    const made = { folder, done: layOutCode(code, folder) };
    laidOut.set(code, made);
    return made;
  }

  const pool = createEnvironmentPool({
    limit: () => Math.min(options.maxEnvironments, latest.reservedConcurrency ?? Number.POSITIVE_INFINITY),
    isFresh(environment) {
      const definition = definitionOf(environment.version);
      if (!isSameRun(startedWith.get(environment), definition)) return false;
      return environment.expiresAt > kernel.clock.now() + definition.timeoutSeconds * 1000;
    },
    async start(version, onExit) {
      const definition = definitionOf(version);
      const code = layOut(definition.code);
      await code.done;
      const leave = await options.startGate.enter();
      const environment = await startEnvironment({
        kernel,
        definition,
        version,
        bootstrap: options.bootstrap(),
        codeFolder: code.folder,
        workFolder: join(options.folder, 'environments'),
        initLimitMs: options.initLimitMs,
        onInitEnd: leave,
        onExit,
      }).catch((error: unknown) => {
        leave();
        throw error;
      });
      startedWith.set(environment, definition);
      if (options.faults.onEnvironment?.({ functionName }) === 'crash') environment.kill('SIGKILL');
      return environment;
    },
  });
  return {
    get definition() {
      return latest;
    },
    pool,
    versions,
    definitionOf,
    update(definition) {
      latest = definition;
    },
    publish(description) {
      published += 1;
      versions.set(String(published), description === undefined ? latest : { ...latest, description });
      return String(published);
    },
    unpublish(version) {
      versions.delete(version);
    },
    aliases: new Map(),
    statements: new Map(),
    eventInvokeConfigs: new Map(),
  };
}

/** Whether an environment of the one may run what the other asks for. */
function isSameRun(started: FunctionRecord | undefined, wanted: FunctionRecord): boolean {
  return started !== undefined && RUN_MEMBERS.every((member) => started[member] === wanted[member]);
}

const RUN_MEMBERS = ['code', 'handler', 'runtime', 'role', 'memorySizeMb', 'timeoutSeconds', 'variables'] as const;

/** Who Lambda is when it acts under a function's role; refusals then name the function. */
export function rolePrincipal({ identity }: Kernel, { role, functionName }: FunctionDefinition): Principal {
  return { ...identity.role(role), functionName };
}

/** How the asynchronous events of a target are treated. */
export function eventInvokeConfigOf(target: InvocationTarget): EventInvokeConfig {
  return target.fn.eventInvokeConfigs.get(target.qualifier ?? LATEST) ?? DEFAULT_EVENT_INVOKE_CONFIG;
}
