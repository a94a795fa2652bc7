import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { QueuePort } from '../kernel/ports.ts';
import { type EventSourceMapping, readEventSourceMapping, startPolling } from './event-source-mapping.ts';
import type { FunctionRegistry } from './function-registry.ts';
import type { Invoker } from './invoker.ts';
import { resourceNotFound } from './lambda-error.ts';
import type { LocalFunction } from './local-function.ts';

type Members = Readonly<Record<string, unknown>>;

/** A mapping with what requests may ask of it. */
export interface MappingRecord {
  readonly mapping: EventSourceMapping;
  /** What it was read of. */
  readonly properties: Members;
  /** Simulated milliseconds since the epoch. */
  readonly modifiedAt: number;
  /** What becomes of it for a moment, such as `Creating`. */
  readonly becoming?: string;
}

/** The event source mappings of one local cloud. */
export interface MappingStore {
  /** Adds one that begins to poll when the cloud starts. @throws AwsError InvalidParameterValueException */
  declare(properties: Members): EventSourceMapping;
  /** Adds one that polls from now on. @throws AwsError */
  create(properties: Members): MappingRecord;
  /** @throws AwsError ResourceNotFoundException, ResourceInUseException */
  update(uuid: string, changes: Members): MappingRecord;
  /** @throws AwsError ResourceNotFoundException, ResourceInUseException */
  remove(uuid: string): MappingRecord;
  /** @throws AwsError ResourceNotFoundException */
  get(uuid: string): MappingRecord;
  list(): readonly MappingRecord[];
  /** A mapping in the shape of the API; as the answer of what changed it, what becomes of it. */
  describe(record: MappingRecord, isAnswer?: boolean): object;
  /** Ends the polling for a function that is deleted; its mappings stay. */
  release(fn: LocalFunction): void;
  /** Begins to poll for all that are enabled. */
  start(): void;
  stop(): void;
}

/** How long a mapping is Creating, Updating, Enabling or Disabling, in simulated milliseconds. */
const SETTLES_AFTER_MS = 1000;

/** Creates an empty store. */
export function createMappingStore(options: {
  readonly kernel: Kernel;
  readonly queues: QueuePort;
  readonly invoke: Invoker;
  readonly registry: FunctionRegistry;
}): MappingStore {
  const { kernel, queues, invoke, registry } = options;
  const records = new Map<string, MappingRecord>();
  const polling = new Map<string, () => void>();

  function read(properties: Members, uuid: string): EventSourceMapping {
    const target = () => registry.resolve(String(properties.FunctionName));
    target();
    return readEventSourceMapping(properties, uuid, target);
  }

  function poll({ mapping }: MappingRecord): void {
    if (!mapping.enabled || polling.has(mapping.uuid)) return;
    polling.set(mapping.uuid, startPolling(mapping, { kernel, queues, invoke }));
  }

  function rest(uuid: string): void {
    polling.get(uuid)?.();
    polling.delete(uuid);
  }

  function put(properties: Members, uuid: string, becoming?: string): MappingRecord {
    const mapping = read(properties, uuid);
    const state = becoming === undefined ? {} : { becoming };
    const record: MappingRecord = { mapping, properties, modifiedAt: kernel.clock.now(), ...state };
    records.set(uuid, record);
    return record;
  }

  function get(uuid: string): MappingRecord {
    const found = records.get(uuid);
    if (found === undefined) throw resourceNotFound('The resource you requested does not exist.');
    return found;
  }

  const isBecoming = ({ becoming, modifiedAt }: MappingRecord) =>
    becoming !== undefined && kernel.clock.now() < modifiedAt + SETTLES_AFTER_MS;

  /** @throws AwsError ResourceInUseException */
  function checkSettled(record: MappingRecord, verb: string): void {
    if (!isBecoming(record)) return;
    const message = `Cannot ${verb} the event source mapping because it is in use.`;
    throw new AwsError('ResourceInUseException', message, { members: { Type: 'User' } });
  }

  return {
    declare: (properties) => put(properties, kernel.uuid()).mapping,
    create(properties) {
      const isEnabled = properties.Enabled !== false;
      const record = put(properties, kernel.uuid(), isEnabled ? 'Creating' : undefined);
      poll(record);
      return record;
    },
    update(uuid, changes) {
      const before = get(uuid);
      checkSettled(before, 'update');
      const given = changes.Enabled;
      const turned =
        given === undefined || given === before.mapping.enabled ? 'Updating' : given ? 'Enabling' : 'Disabling';
      const record = put({ ...before.properties, ...changes }, uuid, turned);
      rest(uuid);
      poll(record);
      return record;
    },
    remove(uuid) {
      const before = get(uuid);
      checkSettled(before, 'delete');
      rest(uuid);
      records.delete(uuid);
      return { ...before, becoming: 'Deleting', modifiedAt: kernel.clock.now() };
    },
    get,
    list: () => [...records.values()],
    describe(record, isAnswer = false) {
      const { mapping, properties, modifiedAt } = record;
      const { ScalingConfig, FunctionResponseTypes = [] } = properties;
      return {
        UUID: mapping.uuid,
        EventSourceArn: mapping.queueArn,
        EventSourceMappingArn: `arn:${kernel.partition}:lambda:${kernel.region}:${kernel.accountId}:event-source-mapping:${mapping.uuid}`,
        FunctionArn: registry.arnOf(String(properties.FunctionName)),
        BatchSize: mapping.batchSize,
        MaximumBatchingWindowInSeconds: mapping.batchingWindowSeconds,
        FunctionResponseTypes,
        ...(ScalingConfig === undefined ? {} : { ScalingConfig }),
        LastModified: modifiedAt / 1000,
        State:
          (isAnswer || isBecoming(record) ? record.becoming : undefined) ?? (mapping.enabled ? 'Enabled' : 'Disabled'),
        StateTransitionReason: 'USER_INITIATED',
      };
    },
    release(fn) {
      for (const { mapping, properties } of records.values()) {
        if (registry.arnOf(String(properties.FunctionName)).startsWith(fn.definition.arn)) rest(mapping.uuid);
      }
    },
    start() {
      for (const record of records.values()) poll(record);
    },
    stop() {
      for (const uuid of [...polling.keys()]) rest(uuid);
    },
  };
}
