import type { Ticket } from '../../core/ledger/entry.ts';
import type { CallableService, Service } from '../../core/service.ts';
import { codePipelineApi } from '../api.ts';
import { fitJob, fitJobProgress } from '../fit.ts';
import { isLambdaJobEvent } from '../lambda-event.ts';
import { acknowledge } from '../polled/acknowledge.ts';
import { readHandOver } from '../polled/hand-over.ts';
import { isPolled, isShared, polledTicket } from '../polled/polled-ticket.ts';
import { isWakeUpRule } from '../polled/wake-up.ts';
import { progressMembers, resultMembers } from '../result-members.ts';

/** What all jobs have in common, however they are answered. */
export const commonJobService = {
  noun: 'job',
  secretMembers: ['nonce'],
  fit: fitJob,
  // AWS does not say when InvalidJobStateException comes; the job is then closed whichever way.
  settled: new Set(['InvalidJobStateException', 'JobNotFoundException']),
  refused: new Set(['ValidationException', 'OutputVariablesSizeExceededException', 'SerializationException']),
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
    if (handOver === undefined || handOver.clientToken !== undefined) return undefined;
    return {
      id: handOver.job.id,
      ticket: polledTicket(handOver, region),
      token: continuationTokenOf(handOver.job.data),
    };
  },
  request: (ticket, decision) => {
    const { result, members } = resultMembers(decision);
    return jobRequest(ticket, result, members);
  },
  putOff: {
    by: 'token',
    fitProgress: fitJobProgress,
    request: (ticket, token, progress) => jobRequest(ticket, 'Success', progressMembers(token, progress)),
  },
  acknowledge,
  wantsAcknowledgement: isPolled,
  isShared,
};

/** What an earlier run of the job left; a continuation that is empty is none. */
export function continuationTokenOf(data: unknown): string | undefined {
  const { continuationToken } = (data ?? {}) as { continuationToken?: unknown };
  return typeof continuationToken === 'string' && continuationToken !== '' ? continuationToken : undefined;
}

function jobRequest({ data }: Ticket, result: 'Success' | 'Failure', members: object) {
  return { api: codePipelineApi, operation: `PutJob${result}Result`, input: { jobId: data.jobId, ...members } };
}
