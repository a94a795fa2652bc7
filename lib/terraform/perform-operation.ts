import { rm } from 'node:fs/promises';
import { createS3Client } from '../aws/s3/index.ts';
import { ArtifactError } from '../core/artifact-error.ts';
import type { OperationOutput } from '../servicecatalog/index.ts';
import { applyModule } from './apply-module.ts';
import { noteState, takeUpErroredState } from './errored-state.ts';
import { EngineFailure } from './failure.ts';
import type { TerraformOperation } from './operation.ts';
import type { OperationRun } from './operation-run.ts';
import { prepareModule } from './prepare-module.ts';
import { type KeptConfiguration, type KeptProduct, keysOf, openProductStore, readKept } from './product-store.ts';
import type { RunParts } from './run-parts.ts';
import { startTimes, together } from './run-times.ts';
import { type StateLock, takeLock } from './state-lock.ts';
import type { Withholding } from './withholding.ts';
import { makeWorkspace } from './workspace.ts';

/** Provisions, updates or terminates. @throws what stopped it */
export async function performOperation(
  operation: TerraformOperation,
  run: OperationRun,
  withholding: Withholding,
): Promise<readonly OperationOutput[]> {
  const { settings, connection } = run;
  const keys = keysOf({ accountId: operation.accountId, id: operation.provisionedProduct.id });
  const region = settings.stateRegion ?? connection.region;
  const client = createS3Client({ connection: region === connection.region ? connection : { ...connection, region } });
  const store = openProductStore(client, settings.stateBucket, settings.kmsKeyArn);
  const time = startTimes(run);
  const workspace = await makeWorkspace();
  const parts: RunParts = { operation, run, store, keys, region, time, workspace, ...withholding };
  let lock: Promise<StateLock> | undefined;
  const readState = async () => {
    lock = lockState(parts);
    await lock;
    return readStanding(parts);
  };
  try {
    await noteState(workspace, store, keys);
    if (operation.type === 'TERMINATE_PROVISIONED_PRODUCT') return await terminate(parts, await readState());
    return await change(parts, readState);
  } finally {
    time.clear();
    await Promise.all([release(parts, lock), rm(workspace, { recursive: true, force: true })]);
  }
}

function lockState({ operation: { id: recordId }, store, keys, time }: RunParts): Promise<StateLock> {
  const lost = new EngineFailure(
    'lock',
    'engine',
    'the lock of the state was lost to another run, so Terraform was stopped',
  );
  return takeLock({ store, key: keys.lock, recordId, signal: time.stop, onLost: () => time.end(lost) });
}

async function release({ run }: RunParts, lock: Promise<StateLock> | undefined): Promise<void> {
  const held = await lock?.catch(() => undefined);
  await held
    ?.release()
    .catch((error: unknown) => run.log.warn('the lock could not be released; its lease ends', { error }));
}

/** What stands, once the lock is held. */
async function readStanding({ store, keys, run }: RunParts): Promise<KeptProduct> {
  const [kept] = await Promise.all([readKept(store, keys.kept), takeUpErroredState(store, keys, run.log)]);
  return kept;
}

async function change(parts: RunParts, readState: () => Promise<KeptProduct>): Promise<readonly OperationOutput[]> {
  const { operation, run, time } = parts;
  const bytes = await run.readArtifact();
  const module = await prepareModule(parts, { bytes, artifact: operation.artifact ?? '', tags: operation.tags });
  const recorded = readState().then((kept) => recordChange(parts, kept, bytes));
  let began = false;
  const onBegin = () => {
    began = true;
  };
  try {
    const [{ parameters }] = await together(time, recorded, module.init());
    const outputs = await applyModule(parts, module, { parameters, destroys: false, onBegin });
    await (await recorded).settle(true);
    return outputs;
  } catch (error) {
    const record = await recorded.catch(() => undefined);
    await record
      ?.settle(began)
      .catch((cause: unknown) => run.log.warn('the record of the product was not written', { error: cause }));
    throw error;
  }
}

/** A change that is about to be applied, as it is recorded beside the state. */
interface ChangeRecord {
  /** The values of this operation, and those that it does not name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Records whether it began: where it did not, what stood there before still describes the product. */
  settle(began: boolean): Promise<void>;
}

async function recordChange(
  { operation, store, keys }: RunParts,
  kept: KeptProduct,
  bytes: Buffer,
): Promise<ChangeRecord> {
  const before = kept.applied ?? kept.pending;
  const pending: KeptConfiguration = {
    artifactKey: keys.artifact(bytes),
    artifact: operation.artifact ?? '',
    // An update's message names what the request named; the rest stays as it was.
    parameters: { ...before?.parameters, ...operation.parameters },
    tags: operation.tags,
    recordId: operation.id,
  };
  const keep = (product: KeptProduct) => store.write(keys.kept, JSON.stringify(product));
  const about: KeptProduct = { version: 1, applied: kept.applied, pending };

  async function settle(began: boolean): Promise<void> {
    const standing: KeptProduct = began ? { version: 1, applied: pending } : kept;
    // What is pending where nothing was applied before is what the product is made with.
    if (!began || kept.applied !== undefined) {
      if (configurationsOf(standing).length === 0) await store.remove(keys.kept);
      else await keep(standing);
    }
    const needed = artifactsOf(standing);
    const former = artifactsOf(kept, about).filter((key) => !needed.includes(key));
    await Promise.all(former.map((key) => store.remove(key)));
  }

  try {
    // What is recorded names the copy, so that stands first.
    if (!artifactsOf(kept).includes(pending.artifactKey)) await store.write(pending.artifactKey, bytes);
    await keep(about);
  } catch (error) {
    await settle(false).catch(() => undefined);
    throw error;
  }
  return { parameters: pending.parameters, settle };
}

/** The latest first. */
function configurationsOf({ pending, applied }: KeptProduct): readonly KeptConfiguration[] {
  return [pending, applied].filter((one) => one !== undefined);
}

function artifactsOf(...products: readonly KeptProduct[]): readonly string[] {
  return [...new Set(products.flatMap(configurationsOf).map(({ artifactKey }) => artifactKey))];
}

/** Destroys with what made it; where that is not known, with a configuration that has nothing but the provider. */
async function terminate(parts: RunParts, kept: KeptProduct): Promise<readonly OperationOutput[]> {
  const { store, keys, run } = parts;
  const candidates = configurationsOf(kept);
  if ((await store.read(keys.state)) !== undefined) await destroyWithFirst(parts, candidates);
  else run.log.info('there is no state, so there is nothing to destroy', { state: keys.state });
  await Promise.all(artifactsOf(kept).map((key) => store.remove(key)));
  if (candidates.length > 0) await store.remove(keys.kept);
  return [];
}

async function destroyWithFirst(parts: RunParts, candidates: readonly KeptConfiguration[]): Promise<void> {
  const [first, ...others] = candidates;
  const { artifact = '', parameters = {}, tags = {}, artifactKey } = first ?? {};
  let began = false;
  const onBegin = () => {
    began = true;
  };
  try {
    const bytes = artifactKey === undefined ? undefined : await parts.store.read(artifactKey);
    const module = await prepareModule(parts, { bytes, artifact, tags });
    await module.init();
    await applyModule(parts, module, { parameters, destroys: true, onBegin });
  } catch (error) {
    // The configuration of an update that died may be broken; the one before it is not.
    const isBroken =
      error instanceof ArtifactError || (error instanceof EngineFailure && !['lock', 'timeout'].includes(error.kind));
    if (others.length === 0 || began || !isBroken) throw error;
    await destroyWithFirst(parts, others);
  }
}
