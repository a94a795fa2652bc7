import { createHash } from 'node:crypto';
import type { SendWorkflowStepStateCommandInput } from '@aws-sdk/client-transfer';
import type { Callback } from '../core/callback.ts';
import type { Decision } from '../core/decision.ts';
import type { CalledResultApi, ResultRequest } from '../core/service.ts';
import { fitStepDecision } from './fit.ts';
import { isWorkflowStepEvent, type WorkflowStepEvent } from './step-event.ts';

/** The wire of Transfer Family: JSON 1.1. */
export const transferApi = { service: 'transfer', targetPrefix: 'TransferService', jsonVersion: '1.1' } as const;

/** How the custom steps of a workflow are answered: SendWorkflowStepState. */
export const stepResultApi: CalledResultApi = {
  secretData: ['token'],
  name: 'transfer',
  noun: 'step',
  continuation: 'redelivery',
  tokenLimit: 0,
  fit: fitStepDecision,
  request: stepStateRequest,
  // AWS does not say what a second or a late answer gets. The request has nothing that could be invalid but the ids
  // and the token, which the service itself has made; so both codes mean that nobody waits for this answer.
  settled: new Set(['InvalidRequestException', 'ResourceNotFoundException']),
  refused: new Set(),
  recognise(event, region) {
    return isWorkflowStepEvent(event) ? stepCallback(event, region) : undefined;
  },
};

/** How much of the token's hash goes into the id, in hexadecimal digits. */
const HASH_LENGTH = 16;

/** The callback of a step. Steps of one execution differ in their tokens alone, which are secrets: the id has a hash. */
export function stepCallback({ token, serviceMetadata }: WorkflowStepEvent, region: string): Callback {
  const { workflowId, executionId } = serviceMetadata.executionDetails;
  const hash = createHash('sha256').update(token).digest('hex').slice(0, HASH_LENGTH);
  return { service: 'transfer', id: `${executionId}/${hash}`, region, data: { workflowId, executionId, token } };
}

/** The request has no room for a reason. */
function stepStateRequest({ data }: Callback, { kind }: Decision): ResultRequest {
  const input: SendWorkflowStepStateCommandInput = {
    WorkflowId: data.workflowId,
    ExecutionId: data.executionId,
    Token: data.token,
    Status: kind === 'succeeded' ? 'SUCCESS' : 'FAILURE',
  };
  return { api: transferApi, operation: 'SendWorkflowStepState', input };
}
