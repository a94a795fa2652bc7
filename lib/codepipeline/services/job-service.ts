import type { Ticket } from '../../core/ledger/entry.ts';
import type { ResultRequest } from '../../core/result-request.ts';
import type { CallableService, Recognised, Service } from '../../core/service.ts';
import { readAbandonedAction } from '../abandoned-action.ts';
import { codePipelineApi } from '../api.ts';
import { fitJob, fitJobProgress } from '../fit.ts';
import { isLambdaJobEvent } from '../lambda-event.ts';
import { acknowledge } from '../polled/acknowledge.ts';
import { type HandOver, readHandOver } from '../polled/hand-over.ts';
import { isPolled, isShared, polledTicket } from '../polled/polled-ticket.ts';
import { isWakeUpRule } from '../polled/wake-up.ts';
import { progressMembers, resultMembers } from '../result-members.ts';
import { jobSpanAttributes } from './span-attributes.ts';

/** What all jobs have in common, however they are answered. */
export const commonJobService = {
  noun: 'job',
  secretMembers: ['nonce'],
  fit: (end, redact) => fitJob(end, redact),
  // AWS does not say when InvalidJobStateException comes; the job is then closed whichever way.
  settled: new Set(['InvalidJobStateException', 'JobNotFoundException']),
  refused: new Set(['ValidationException', 'OutputVariablesSizeExceededException', 'SerializationException']),
  spanAttributes: jobSpanAttributes,
  detailsOfExecution: ({ id, variables }) => ({ variables, externalExecutionId: id }),
  describeUnowed: (event: unknown) => (isWakeUpRule(event) ? 'a wake-up of a job worker' : undefined),
} as const satisfies Partial<Service>;

/** CodePipeline's jobs, given to a function or polled for: PutJobSuccessResult and PutJobFailureResult. */
export const jobService: CallableService = {
  ...commonJobService,
  name: 'codepipeline',
  recognise(event, { region }) {
    if (isLambdaJobEvent(event)) {
      const { id, data } = event['CodePipeline.job'];
      return { id, ticket: { region, data: { jobId: id } }, token: continuationTokenOf(data) };
    }
    const handOver = readHandOver(event);
    return handOver === undefined || handOver.clientToken !== undefined ? undefined : polledJob(handOver, region);
  },
  readAbandoned: readAbandonedAction,
  ...answeredBy(jobRequest),
  acknowledge,
  wantsAcknowledgement: isPolled,
  isShared,
};

/** A job that a worker was handed. */
export function polledJob(handOver: HandOver, region: string): Recognised {
  const { id, data } = handOver.job;
  return { id, ticket: polledTicket(handOver, region), token: continuationTokenOf(data) };
}

/** How jobs are answered and put off, which is a success of its own: by a pair of operations that take the same members. */
export function answeredBy(
  requestOf: (ticket: Ticket, result: 'Success' | 'Failure', members: object) => ResultRequest,
): Pick<CallableService, 'request' | 'putOff'> {
  return {
    request: (ticket, decision) => {
      const { result, members } = resultMembers(decision);
      return requestOf(ticket, result, members);
    },
    putOff: {
      by: 'token',
      fitProgress: fitJobProgress,
      request: (ticket, token, progress) => requestOf(ticket, 'Success', progressMembers(token, progress)),
    },
  };
}

/** What an earlier run of the job left; a continuation that is empty is none. */
function continuationTokenOf(data: unknown): string | undefined {
  const { continuationToken } = (data ?? {}) as { continuationToken?: unknown };
  return typeof continuationToken === 'string' && continuationToken !== '' ? continuationToken : undefined;
}

function jobRequest({ data }: Ticket, result: 'Success' | 'Failure', members: object) {
  return { api: codePipelineApi, operation: `PutJob${result}Result`, input: { jobId: data.jobId, ...members } };
}
