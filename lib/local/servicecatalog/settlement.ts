import type { Kernel } from '../kernel/kernel.ts';
import type { ProductRecord, ProvisionedProductStatus, RecordOutput } from './provisioned-product.ts';

/** What an engine reports. */
export interface WorkflowResult {
  readonly status: 'SUCCEEDED' | 'FAILED';
  readonly failureReason?: string | undefined;
  readonly outputs?: readonly RecordOutput[] | undefined;
  /** The tag that all resources of the product bear. */
  readonly uniqueTag?: { readonly Key?: string; readonly Value?: string } | undefined;
}

/** Takes an engine's answer for a record that waits for one. */
export type Settle = (record: ProductRecord, result: WorkflowResult) => void;

/** Ends records. */
export interface Settlement {
  readonly settle: Settle;
  /** Ends a record that no engine was handed. */
  fail(record: ProductRecord, reason: string): void;
}

/** What a person sees of a failed provisioning in the console; observed in 2024, the reason itself is not shown there. */
const HIDDEN_REASON = 'Internal failure.';

/** Creates the rules by which an answer changes a provisioned product; `onSettled` hears of every end. */
export function createSettlement(kernel: Kernel, onSettled: (record: ProductRecord) => void): Settlement {
  const { clock, events, identity } = kernel;

  function end(record: ProductRecord, status: ProvisionedProductStatus | 'gone', problem: string | undefined): void {
    const { target } = record;
    record.status = problem === undefined ? 'SUCCEEDED' : 'FAILED';
    record.updatedTime = clock.now();
    record.errors = problem === undefined ? [] : [{ Code: 'InternalFailure', Description: problem }];
    target.gone = status === 'gone';
    if (status !== 'gone') target.status = status;
    target.statusMessage = record.type === 'PROVISION_PRODUCT' && problem !== undefined ? HIDDEN_REASON : problem;
    events.emit('state', {
      service: 'servicecatalog',
      resource: target.name,
      state: status === 'gone' ? 'TERMINATED' : status,
      ...(problem === undefined ? {} : { detail: problem }),
    });
    onSettled(record);
  }

  /** Service Catalog groups and tags what was provisioned, under the launch role. @returns what went wrong */
  function group({ target }: ProductRecord): string | undefined {
    const { partition, region, accountId } = kernel;
    const groupArn = `arn:${partition}:resource-groups:${region}:${accountId}:group/SC-${accountId}-${target.id}`;
    try {
      identity.authorize(identity.service('servicecatalog.amazonaws.com'), 'sts:AssumeRole', target.launchRoleArn);
      identity.authorize(identity.role(target.launchRoleArn), 'resource-groups:CreateGroup', groupArn);
      identity.authorize(identity.role(target.launchRoleArn), 'tag:TagResources', '*');
      return undefined;
    } catch (error) {
      return `not authorized to create the resource group: ${(error as Error).message}`;
    }
  }

  return {
    settle(record, result) {
      const { target } = record;
      const reason = result.status === 'FAILED' ? (result.failureReason ?? HIDDEN_REASON) : undefined;
      events.emit('answer', {
        service: 'servicecatalog',
        callbackId: record.id,
        kind: result.status === 'SUCCEEDED' ? 'succeeded' : 'failed',
        detail: reason ?? `${record.type} of ${target.name}`,
        waitedMs: clock.now() - record.createdTime,
      });
      record.outputs = result.outputs ?? [];
      if (record.type === 'TERMINATE_PROVISIONED_PRODUCT') {
        end(record, reason === undefined || record.ignoreErrors ? 'gone' : 'TAINTED', reason);
        return;
      }
      target.outputs = record.outputs;
      if (reason === undefined) target.lastSuccessfulProvisioningRecordId = record.id;
      if (record.type === 'UPDATE_PROVISIONED_PRODUCT') {
        end(record, reason === undefined ? 'AVAILABLE' : 'TAINTED', reason);
        return;
      }
      const ungrouped = result.uniqueTag === undefined ? undefined : group(record);
      if (result.uniqueTag === undefined || ungrouped !== undefined) end(record, 'ERROR', reason ?? ungrouped);
      else end(record, reason === undefined ? 'AVAILABLE' : 'TAINTED', reason);
    },
    fail(record, reason) {
      end(record, record.type === 'PROVISION_PRODUCT' ? 'ERROR' : 'TAINTED', reason);
    },
  };
}
