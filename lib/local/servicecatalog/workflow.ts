import { randomBytes } from 'node:crypto';
import type { Kernel, Principal } from '../kernel/kernel.ts';
import type { QueuePort } from '../kernel/ports.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { engineAddress, type RecordType } from './engine-address.ts';
import { newId, principalId } from './ids.ts';
import type { ProductRecord, ProvisionedProduct } from './provisioned-product.ts';
import { createSettlement, type Settle } from './settlement.ts';

const SERVICE = 'servicecatalog.amazonaws.com';
/** The API calls the token "encrypted contents" of at most 20,000 characters; this many bytes make some 400. */
const TOKEN_BYTES = 300;

/** What one request asks an engine to do. */
export interface OperationRequest {
  readonly type: RecordType;
  readonly requestToken: string;
  readonly requestedBy: Principal;
  /** The parameters that go into the message. */
  readonly parameters: ReadonlyMap<string, string>;
  /** @defaultValue false */
  readonly ignoreErrors?: boolean;
}

/** Runs operations: hands them to engines and takes their answers. */
export interface Workflow {
  readonly records: Map<string, ProductRecord>;
  /** Begins an operation; the message goes out a moment later. */
  begin(target: ProvisionedProduct, request: OperationRequest): ProductRecord;
  readonly settle: Settle;
  /** Resolves when a record is settled. */
  settled(record: ProductRecord): Promise<ProductRecord>;
}

/** Creates the workflow. */
export function createWorkflow(kernel: Kernel, queues: QueuePort, artifacts: ArtifactStore): Workflow {
  const { clock, events, identity } = kernel;
  const records = new Map<string, ProductRecord>();
  const waiting = new Map<ProductRecord, ((record: ProductRecord) => void)[]>();
  const settlement = createSettlement(kernel, (record) => {
    for (const resolve of waiting.get(record) ?? []) resolve(record);
    waiting.delete(record);
  });

  function deliver(record: ProductRecord, request: OperationRequest): void {
    const { target } = record;
    record.status = 'IN_PROGRESS';
    record.updatedTime = clock.now();
    const queueArn = engineAddress(kernel, target.product.type).queueArns[record.type];
    try {
      queues.send(queueArn, JSON.stringify(messageOf(record, request, kernel, artifacts)), {
        principal: identity.service(SERVICE),
        context: { 'aws:SourceAccount': kernel.accountId },
      });
    } catch (error) {
      const reason = `the operation did not reach an engine: ${queueArn}: ${(error as Error).message}`;
      events.emit('notice', { message: `${record.type} of ${target.name}: ${reason}` });
      settlement.fail(record, reason);
      return;
    }
    events.emit('delivery', {
      service: 'servicecatalog',
      callbackId: record.id,
      waiterId: record.id,
      detail: `${record.type} of ${target.name} to ${queueArn.split(':').at(-1)}`,
    });
  }

  return {
    records,
    settle: settlement.settle,
    begin(target, request) {
      const now = clock.now();
      const record: ProductRecord = {
        id: newId(kernel, 'rec'),
        type: request.type,
        target,
        artifact: target.artifact,
        createdTime: now,
        updatedTime: now,
        requestToken: request.requestToken,
        workflowToken: randomBytes(TOKEN_BYTES).toString('base64'),
        ignoreErrors: request.ignoreErrors ?? false,
        status: 'CREATED',
        errors: [],
        outputs: [],
        settledBy: undefined,
      };
      records.set(record.id, record);
      target.records.push(record);
      target.status = 'UNDER_CHANGE';
      target.statusMessage = undefined;
      events.emit('state', {
        service: 'servicecatalog',
        resource: target.name,
        state: 'UNDER_CHANGE',
        detail: `${record.type} ${record.id}`,
      });
      queueMicrotask(() => deliver(record, request));
      return record;
    },
    settled: (record) =>
      new Promise((resolve) => {
        if (record.status === 'SUCCEEDED' || record.status === 'FAILED') resolve(record);
        else waiting.set(record, [...(waiting.get(record) ?? []), resolve]);
      }),
  };
}

/** The message of an operation, member by member as live ones were seen: `S3://`, and little in one to terminate. */
function messageOf(record: ProductRecord, request: OperationRequest, kernel: Kernel, artifacts: ArtifactStore): object {
  const { target } = record;
  const identity = {
    principal: principalId(request.requestedBy),
    awsAccountId: kernel.accountId,
    organizationId: null,
  };
  const who = {
    token: record.workflowToken,
    operation: record.type,
    provisionedProductId: target.id,
    provisionedProductName: target.name,
  };
  if (record.type === 'TERMINATE_PROVISIONED_PRODUCT') {
    return { ...who, recordId: record.id, launchRoleArn: target.launchRoleArn, identity };
  }
  const { bucket, key } = artifacts.publish(record.artifact);
  return {
    ...who,
    productId: target.product.id,
    provisioningArtifactId: record.artifact.id,
    recordId: record.id,
    launchRoleArn: target.launchRoleArn,
    artifact: { path: `S3://${bucket}/${key}`, type: 'AWS_S3' },
    identity,
    parameters: [...request.parameters].map(([name, value]) => ({ key: name, value })),
    tags: target.tags.map(({ Key, Value }) => ({ key: Key, value: Value })),
  };
}
