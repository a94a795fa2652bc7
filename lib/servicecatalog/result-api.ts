import type { Decision } from '../core/decision.ts';
import type { Ticket } from '../core/ledger/entry.ts';
import type { ResultRequest } from '../core/result-request.ts';
import type { CallableService, Recognised } from '../core/service.ts';
import { type FittedDetails, fitOperation } from './fit.ts';
import { isAnswerable, type OperationMessage, readOperationMessage } from './operation-message.ts';
import type { OperationType } from './operation-type.ts';
import { tracerTagOf } from './tracer-tag.ts';

/** The wire of Service Catalog: JSON 1.1. */
const serviceCatalogApi = {
  service: 'servicecatalog',
  targetPrefix: 'AWS242ServiceCatalogService',
  jsonVersion: '1.1',
} as const;

const OPERATIONS: Readonly<Record<OperationType, string>> = {
  PROVISION_PRODUCT: 'NotifyProvisionProductEngineWorkflowResult',
  UPDATE_PROVISIONED_PRODUCT: 'NotifyUpdateProvisionedProductEngineWorkflowResult',
  TERMINATE_PROVISIONED_PRODUCT: 'NotifyTerminateProvisionedProductEngineWorkflowResult',
};

/** How Service Catalog's operations are answered: the three Notify...EngineWorkflowResult operations. */
export const operationService: CallableService = {
  secretMembers: ['token'],
  name: 'servicecatalog',
  noun: 'operation',
  putOff: { by: 'message' },
  detailsOfExecution: ({ variables }) => ({ outputs: variables }),
  fit: fitOperation,
  request: operationResultRequest,
  // AWS does not say what a record that was answered before gives; it waits for nobody then.
  settled: new Set(['ResourceNotFoundException']),
  refused: new Set(['InvalidParametersException', 'ValidationException', 'SerializationException']),
  recognise(event, { region }) {
    return isAnswerable(event) ? recogniseOperation(readOperationMessage(event), region) : undefined;
  },
};

/** What a message asks for, with all that it takes to answer it from anywhere. */
export function recogniseOperation(
  { token, operation, recordId, provisionedProductId }: OperationMessage,
  region: string,
): Recognised {
  return { id: recordId, ticket: { region, data: { token, operation, recordId, provisionedProductId } } };
}

function operationResultRequest({ data }: Ticket, decision: Decision): ResultRequest {
  const { token = '', recordId = '', provisionedProductId = '' } = data;
  const operation = data.operation as OperationType;
  const { outputs, resourceIdentifier } = decision.details as FittedDetails;
  const failed = decision.kind === 'failed';
  const tag = resourceIdentifier ?? tracerTagOf(provisionedProductId || recordId);
  // The two others have members of this one only.
  const input = {
    WorkflowToken: token,
    RecordId: recordId,
    Status: failed ? 'FAILED' : 'SUCCEEDED',
    ...(failed ? { FailureReason: decision.reason } : {}),
    // On failure, too: without it the product would be beyond updating (state ERROR instead of TAINTED).
    ...(operation === 'PROVISION_PRODUCT'
      ? { ResourceIdentifier: { UniqueTag: { Key: tag.key, Value: tag.value } } }
      : {}),
    ...(operation !== 'TERMINATE_PROVISIONED_PRODUCT' && outputs !== undefined && outputs.length > 0
      ? { Outputs: [...outputs] }
      : {}),
    IdempotencyToken: idempotencyToken(recordId, failed),
  };
  return { api: serviceCatalogApi, operation: OPERATIONS[operation] ?? OPERATIONS.PROVISION_PRODUCT, input };
}

/** Of the record and the result alone, so that every repetition is the same request; it begins with a letter. */
function idempotencyToken(recordId: string, failed: boolean): string {
  return `${failed ? 'failed' : 'succeeded'}-${recordId}`;
}
