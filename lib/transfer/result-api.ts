import { createHash } from 'node:crypto';
import type { Decision } from '../core/decision.ts';
import type { Ticket } from '../core/ledger/entry.ts';
import type { ResultRequest } from '../core/result-request.ts';
import type { CallableService, Recognised } from '../core/service.ts';
import { tellFailure } from './failure-notice.ts';
import { fitStep } from './fit.ts';
import { noticeData } from './notice-target.ts';
import { isWorkflowStepEvent, readStepEvent } from './step-event.ts';
import { noticeSettingsOf } from './step-settings.ts';

/** The wire of Transfer Family: JSON 1.1. */
const transferApi = { service: 'transfer', targetPrefix: 'TransferService', jsonVersion: '1.1' } as const;

/** How the custom steps of a workflow are answered: SendWorkflowStepState. */
export const stepService: CallableService = {
  name: 'transfer',
  noun: 'step',
  secretMembers: ['token'],
  putOff: { by: 'message' },
  fit: fitStep,
  // The request has no room for a reason.
  beforeReport: tellFailure,
  request: stepStateRequest,
  // AWS does not say what a second or a late answer gets. The request has nothing that could be invalid but the ids
  // and the token, which the service itself has made; so both codes mean that nobody waits for this answer.
  settled: new Set(['InvalidRequestException', 'ResourceNotFoundException']),
  refused: new Set(),
  recognise(event, origin) {
    return isWorkflowStepEvent(event) ? recogniseStep(event, origin) : undefined;
  },
};

/** How much of the token's hash goes into the id, in hexadecimal digits. */
const HASH_LENGTH = 16;

/**
 * What an event asks for. Steps of one execution differ in their tokens alone, which are secrets: the id has a hash.
 *
 * @throws InvalidEventError when it is not a step
 */
export function recogniseStep(
  event: unknown,
  { region, functionName }: Parameters<CallableService['recognise']>[1],
): Recognised {
  const step = readStepEvent(event);
  const { token, workflowId, executionId } = step;
  const hash = createHash('sha256').update(token).digest('hex').slice(0, HASH_LENGTH);
  const notice = noticeData(step, functionName, noticeSettingsOf(process.env, functionName));
  return { id: `${executionId}/${hash}`, ticket: { region, data: { workflowId, executionId, token, ...notice } } };
}

function stepStateRequest({ data }: Ticket, { kind }: Decision): ResultRequest {
  const input = {
    WorkflowId: data.workflowId,
    ExecutionId: data.executionId,
    Token: data.token,
    Status: kind === 'succeeded' ? 'SUCCESS' : 'FAILURE',
  };
  return { api: transferApi, operation: 'SendWorkflowStepState', input };
}
