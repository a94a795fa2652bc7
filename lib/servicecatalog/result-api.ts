import type {
  NotifyProvisionProductEngineWorkflowResultInput,
  NotifyUpdateProvisionedProductEngineWorkflowResultInput,
} from '@aws-sdk/client-service-catalog';
import type { Callback } from '../core/callback.ts';
import type { Decision } from '../core/decision.ts';
import type { CalledResultApi, ResultRequest } from '../core/service.ts';
import { type FittedDetails, fitOperationDecision } from './fit.ts';
import { isAnswerable, type OperationMessage, readOperationMessage } from './operation-message.ts';
import type { OperationType } from './operation-type.ts';
import { tracerTagOf } from './tracer-tag.ts';

/** The wire of Service Catalog: JSON 1.1. */
export const serviceCatalogApi = {
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
export const operationResultApi: CalledResultApi = {
  secretData: ['token'],
  name: 'servicecatalog',
  noun: 'operation',
  continuation: 'redelivery',
  tokenLimit: 0,
  fit: fitOperationDecision,
  request: operationResultRequest,
  // AWS does not say what a record that was answered before gives; it waits for nobody then.
  settled: new Set(['ResourceNotFoundException']),
  refused: new Set(['InvalidParametersException', 'ValidationException', 'SerializationException']),
  recognise(event, region) {
    return isAnswerable(event) ? operationCallback(readOperationMessage(event), region) : undefined;
  },
};

/** The callback of an operation: enough to answer it from anywhere. The token is a secret. */
export function operationCallback(
  { token, operation, recordId, provisionedProductId }: OperationMessage,
  region: string,
): Callback {
  const data = { token, operation, recordId, provisionedProductId };
  return { service: 'servicecatalog', id: recordId, region, data };
}

function operationResultRequest(callback: Callback, decision: Decision): ResultRequest {
  const { token = '', recordId = callback.id, provisionedProductId = '' } = callback.data;
  const operation = callback.data.operation as OperationType;
  const { outputs, resourceIdentifier } = decision.details as FittedDetails;
  const failed = decision.kind === 'failed';
  const tag = resourceIdentifier ?? tracerTagOf(provisionedProductId || recordId);
  // The two others have members of this one only.
  const input: NotifyProvisionProductEngineWorkflowResultInput &
    NotifyUpdateProvisionedProductEngineWorkflowResultInput = {
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
