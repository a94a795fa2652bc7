import type { Operation } from '../kernel/service.ts';
import { invalidParameters, notFound } from './catalog-errors.ts';
import type { RecordType } from './engine-address.ts';
import { isSettled } from './provisioned-product.ts';
import type { Workflow } from './workflow.ts';

const OPERATIONS: Readonly<Record<RecordType, string>> = {
  PROVISION_PRODUCT: 'NotifyProvisionProductEngineWorkflowResult',
  UPDATE_PROVISIONED_PRODUCT: 'NotifyUpdateProvisionedProductEngineWorkflowResult',
  TERMINATE_PROVISIONED_PRODUCT: 'NotifyTerminateProvisionedProductEngineWorkflowResult',
};

/** The three operations by which engines answer. */
export function createNotifyOperations(workflow: Workflow): Readonly<Record<string, Operation>> {
  return Object.fromEntries(
    Object.entries(OPERATIONS).map(([type, name]) => [name, notify(workflow, type as RecordType, name)]),
  );
}

function notify({ records, settle }: Workflow, type: RecordType, name: string): Operation {
  return (input, request) => {
    request.authorize(`servicecatalog:${name}`, '*');
    const record = records.get(input.RecordId);
    if (record === undefined) throw notFound('Record', input.RecordId);
    // Whoever does not hold the token learns no more than that it is wrong.
    if (record.workflowToken !== input.WorkflowToken) {
      throw invalidParameters(`The workflow token is not valid for record ${record.id}.`);
    }
    if (record.type !== type) {
      throw invalidParameters(
        `Record ${record.id} is of type ${record.type}: answer it by ${OPERATIONS[record.type]}.`,
      );
    }
    if (isSettled(record)) {
      if (record.settledBy === JSON.stringify(input)) return {};
      throw notFound('Running workflow of record', record.id);
    }
    const given = input.ResourceIdentifier?.UniqueTag;
    // A tag without a key is on no resource.
    const uniqueTag = given?.Key === undefined ? undefined : given;
    if (type === 'PROVISION_PRODUCT' && input.Status === 'SUCCEEDED' && uniqueTag === undefined) {
      throw invalidParameters("A ResourceIdentifier is required for a workflow Status of 'SUCCEEDED'.");
    }
    record.settledBy = JSON.stringify(input);
    settle(record, {
      status: input.Status,
      failureReason: input.FailureReason,
      outputs: input.Outputs,
      uniqueTag,
    });
    return {};
  };
}
