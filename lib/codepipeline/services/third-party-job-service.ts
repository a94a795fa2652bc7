import type { Ticket } from '../../core/ledger/entry.ts';
import type { CallableService } from '../../core/service.ts';
import { codePipelineApi } from '../api.ts';
import { fitJob } from '../fit.ts';
import { readHandOver } from '../polled/hand-over.ts';
import { answeredBy, jobService, polledJob } from './job-service.ts';

/**
 * The jobs of third-party actions: PutThirdPartyJobSuccessResult and PutThirdPartyJobFailureResult, with the customer's
 * client token.
 */
export const thirdPartyJobService: CallableService = {
  ...jobService,
  secretMembers: ['nonce', 'clientToken'],
  name: 'codepipeline-third-party',
  detailsOfExecution: ({ id }) => ({ externalExecutionId: id }),
  fit(end, redact) {
    if (end.kind === 'succeeded' && end.details.variables !== undefined) {
      throw new Error(
        'CodePipeline takes no output variables from a third-party job; put them into an output artifact',
      );
    }
    return fitJob(end, redact);
  },
  recognise(event, { region }) {
    const handOver = readHandOver(event);
    return handOver?.clientToken === undefined ? undefined : polledJob(handOver, region);
  },
  ...answeredBy(thirdPartyRequest),
};

function thirdPartyRequest({ data }: Ticket, result: 'Success' | 'Failure', members: object) {
  const { jobId, clientToken } = data;
  return {
    api: codePipelineApi,
    operation: `PutThirdPartyJob${result}Result`,
    input: { jobId, clientToken, ...members },
  };
}
