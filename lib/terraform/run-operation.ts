import { rm } from 'node:fs/promises';
import { AwsCallError, type AwsConnection } from '../aws/index.ts';
import { createS3Client } from '../aws/s3/index.ts';
import { ArtifactError } from '../core/artifact-error.ts';
import { isRingbackError } from '../core/errors.ts';
import type { Failed, Succeeded } from '../core/outcome.ts';
import type { Log } from '../core/secrets/log.ts';
import { createRedactor } from '../core/secrets/redactor.ts';
import { fail, type OperationDetails, succeed } from '../servicecatalog/index.ts';
import type { TerraformHooks, TerraformSettings } from './engine-options.ts';
import { EngineFailure } from './failure.ts';
import type { TerraformOperation } from './operation.ts';
import {
  type KeptConfiguration,
  type KeptProduct,
  keysOf,
  openProductStore,
  type ProductStore,
  readKept,
} from './product-store.ts';
import { applyModule } from './run-module.ts';
import { takeLock } from './state-lock.ts';
import { makeWorkspace } from './workspace.ts';

/** A command of a run ends, of itself or killed, this long before the time is over, in milliseconds: for the answer. */
const KILL_MARGIN_MS = 2_000;
/** Terraform is asked to stop this long before it is killed: a share of the time there is, within these bounds. */
const STOP_SHARE = 0.2;
const LONGEST_STOP_MS = 60_000;

/** What {@link runOperation} depends on. */
export interface OperationRun {
  readonly settings: TerraformSettings;
  readonly hooks: TerraformHooks;
  readonly binary: string;
  readonly connection: AwsConnection;
  readonly log: Log;
  /** Aborts when the run must be over. */
  readonly signal: AbortSignal;
  /** Milliseconds until it does. */
  readonly remainingMs: () => number;
  /** The artifact, for an operation that has one. */
  readonly readArtifact: () => Promise<Buffer>;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Provisions, updates or terminates one product with Terraform, and gives the outcome. Never throws: what goes wrong is a
 * failure that names its kind and who has to mend it.
 */
export async function runOperation(
  operation: TerraformOperation,
  run: OperationRun,
): Promise<Succeeded<OperationDetails> | Failed<OperationDetails>> {
  const redactor = createRedactor();
  const secrets = redactor.scope();
  try {
    const outputs = await perform(operation, run, (...values) => secrets.declare(...values));
    await hook(run, 'afterApply', () => run.hooks.afterApply?.({ operation }));
    return succeed(outputs.length === 0 ? {} : { outputs });
  } catch (thrown) {
    const told = toFailure(thrown, run.signal);
    const failure = new EngineFailure(told.kind, told.fault, redactor.redact(told.message));
    run.log.error('terraform failed', { kind: failure.kind, fault: failure.fault, reason: failure.message });
    await hook(run, 'afterFailure', () => run.hooks.afterFailure?.({ operation, failure }));
    return fail(`${failure.message} [${failure.kind}, for the ${failure.fault} to mend]`, {
      resourceIdentifier: operation.tracerTag,
    });
  } finally {
    secrets.end();
  }
}

async function hook(run: OperationRun, name: string, call: () => unknown): Promise<void> {
  try {
    await call();
  } catch (error) {
    run.log.warn(`${name} failed; the outcome stays`, { error });
  }
}

async function perform(operation: TerraformOperation, run: OperationRun, declare: (...values: string[]) => void) {
  const { settings, connection } = run;
  const keys = keysOf({ accountId: operation.accountId, id: operation.provisionedProduct.id });
  const region = settings.stateRegion ?? connection.region;
  const client = createS3Client({ connection: region === connection.region ? connection : { ...connection, region } });
  const store = openProductStore(client, settings.stateBucket, settings.kmsKeyArn);
  const time = startTimes(run);
  const workspace = await makeWorkspace();
  try {
    const isTermination = operation.type === 'TERMINATE_PROVISIONED_PRODUCT';
    const artifact = isTermination ? undefined : await run.readArtifact();
    const { id: recordId } = operation;
    const lost = new EngineFailure(
      'lock',
      'engine',
      'the lock of the state was lost to another run, so Terraform was stopped',
    );
    const lock = await takeLock({ store, key: keys.lock, recordId, signal: time.stop, onLost: () => time.end(lost) });
    try {
      const kept = await readKept(store, keys.kept);
      const parts = { operation, run, store, keys, region, time, declare, workspace };
      if (artifact === undefined) return await terminate(parts, kept);
      return await change(parts, kept, artifact);
    } finally {
      await lock
        .release()
        .catch((error: unknown) => run.log.warn('the lock could not be released; its lease ends', { error }));
    }
  } finally {
    time.clear();
    await rm(workspace, { recursive: true, force: true });
  }
}

/** What the steps of one operation share. */
export interface RunParts {
  readonly operation: TerraformOperation;
  readonly run: OperationRun;
  readonly store: ProductStore;
  readonly keys: ReturnType<typeof keysOf>;
  readonly region: string;
  readonly time: RunTimes;
  readonly declare: (...values: string[]) => void;
  readonly workspace: string;
}

async function change(parts: RunParts, kept: KeptProduct, bytes: Buffer) {
  const { operation, store, keys } = parts;
  const before = kept.applied ?? kept.pending;
  const pending: KeptConfiguration = {
    artifactKey: keys.artifact(bytes),
    artifact: operation.artifact ?? '',
    // An update's message names what the request named; the rest stays as it was.
    parameters: { ...before?.parameters, ...operation.parameters },
    tags: operation.tags,
    recordId: operation.id,
  };
  const keep = (product: Omit<KeptProduct, 'version'>) =>
    store.write(keys.kept, JSON.stringify({ version: 1, ...product }));
  // While init runs; where nothing comes of it, it is removed below.
  const copied = store.write(pending.artifactKey, bytes);
  copied.catch(() => undefined);
  let began = false;
  try {
    const outputs = await applyModule(
      parts,
      { bytes, configuration: pending, destroys: false },
      {
        beforeChanges: async () => {
          await Promise.all([copied, keep({ applied: kept.applied, pending })]);
        },
        onBegin: () => {
          began = true;
        },
      },
    );
    began = true;
    return outputs;
  } finally {
    await copied.catch(() => undefined);
    // Where nothing began, what stood there before still describes the product.
    const product = began ? { applied: pending } : kept.applied === undefined ? {} : { applied: kept.applied };
    if (began || kept.applied !== undefined) await keep(product);
    else await store.remove(keys.kept);
    const standing = product.applied?.artifactKey;
    const former = new Set([kept.applied?.artifactKey, kept.pending?.artifactKey, pending.artifactKey]);
    for (const key of former) if (key !== undefined && key !== standing) await store.remove(key);
  }
}

/** Destroys with what made it; where that is not known, with a configuration that has nothing but the provider. */
async function terminate(parts: RunParts, kept: KeptProduct) {
  const { store, keys, run } = parts;
  const candidates = [kept.pending, kept.applied].filter((one) => one !== undefined);
  if ((await store.read(keys.state)) !== undefined) await destroyWithFirst(parts, candidates);
  else run.log.info('there is no state, so there is nothing to destroy', { state: keys.state });
  for (const { artifactKey } of candidates) await store.remove(artifactKey);
  if (candidates.length > 0) await store.remove(keys.kept);
  return [];
}

async function destroyWithFirst(parts: RunParts, candidates: readonly KeptConfiguration[]): Promise<void> {
  const [first, ...others] = candidates;
  const bytes = first === undefined ? undefined : await parts.store.read(first.artifactKey);
  let began = false;
  try {
    await applyModule(
      parts,
      { bytes, configuration: first, destroys: true },
      {
        beforeChanges: async () => undefined,
        onBegin: () => {
          began = true;
        },
      },
    );
  } catch (error) {
    // The configuration of an update that died may be broken; the one before it is not.
    if (others.length === 0 || began || !(error instanceof EngineFailure) || error.kind === 'timeout') throw error;
    await destroyWithFirst(parts, others);
  }
}

/** The moments of a run. */
export interface RunTimes {
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
  /** Stops the run before its time is over, for this reason. */
  end(reason: EngineFailure): void;
  clear(): void;
}

function startTimes({ remainingMs, signal }: OperationRun): RunTimes {
  const stop = new AbortController();
  const kill = new AbortController();
  const killMs = Math.max(0, remainingMs() - KILL_MARGIN_MS);
  const stopMs = Math.max(0, killMs - Math.min(LONGEST_STOP_MS, killMs * STOP_SHARE));
  // Timers take no longer than 24 days.
  const timers = [
    setTimeout(() => stop.abort(), Math.min(stopMs, 2 ** 31 - 1)),
    setTimeout(() => kill.abort(), Math.min(killMs, 2 ** 31 - 1)),
  ];
  const onAbort = () => stop.abort();
  signal.addEventListener('abort', onAbort);
  return {
    stop: stop.signal,
    kill: kill.signal,
    end: (reason) => stop.abort(reason),
    clear() {
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    },
  };
}

function toFailure(thrown: unknown, signal: AbortSignal): EngineFailure {
  if (thrown instanceof EngineFailure) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (signal.aborted) return new EngineFailure('timeout', 'engine', `the time of the run was over: ${message}`);
  if (thrown instanceof ArtifactError) {
    const isDenied = thrown.cause instanceof AwsCallError && thrown.cause.accessDenied;
    return isDenied
      ? new EngineFailure('credentials', 'launch role', message)
      : new EngineFailure('artifact', 'product author', message);
  }
  if (isRingbackError(thrown) && thrown.code === 'PERMISSION')
    return new EngineFailure('credentials', 'launch role', message);
  return new EngineFailure('internal', 'engine', message, { cause: thrown });
}
