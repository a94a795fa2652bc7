import { thirdPartyJobService } from '../../lib/codepipeline/services/third-party-job-service.ts';
import { isNominalJobAnswer } from './job-expectations.ts';
import type { LogicKind, Story } from './story.ts';
import { connectCustomer, declareThirdPartyWorkers } from './third-party-stack.ts';
import { mortal, readPolledJob, single, workerStory } from './worker-story.ts';

const kinds: readonly LogicKind[] = [
  { name: 'succeeds', ...mortal, functions: ['Plain'], deliveries: ['alone', 'doubled'] },
  { name: 'succeeds-in-pairs', ...single },
  { name: 'throws', ...single },
  { name: 'continues', ...single, functions: ['Again'] },
  { name: 'defers-for-ever', ...single, functions: ['Again'] },
];

/** The crash matrix of a partner's job worker: it polls, asks for the details of each job, and goes on as any worker. */
export const thirdPartyStory: Story = {
  ...workerStory,
  name: 'third-party-worker',
  service: thirdPartyJobService,
  kinds,
  answerActions: ['codepipeline:PutThirdPartyJobSuccessResult', 'codepipeline:PutThirdPartyJobFailureResult'],
  acknowledgeAction: 'codepipeline:AcknowledgeThirdPartyJob',
  connect: connectCustomer,
  declare: declareThirdPartyWorkers,
  read: (event) => readPolledJob(thirdPartyJobService, event),
  isNominal(kind, ordinal, answer, record) {
    const { executionDetails, ...input } = answer.input;
    const [name, value] = executionDetails?.summary?.split('=') ?? [];
    const told = name === undefined ? input : { ...input, outputVariables: { [name]: value } };
    return isNominalJobAnswer(kind, ordinal, { ...answer, input: told }, record);
  },
};
