import { jobService } from '../../lib/codepipeline/services/job-service.ts';
import { isNominalJobAnswer } from './job-expectations.ts';
import { brief, deadly, whole } from './logic-kinds.ts';
import { putSource, runPipeline } from './pipeline-executions.ts';
import { declarePipelines } from './pipeline-stack.ts';
import type { LogicKind, Story } from './story.ts';

const kinds: readonly LogicKind[] = [
  { name: 'succeeds', ...whole, functions: ['Plain', 'Again', 'Long'], lastResort: 'every-point' },
  { name: 'returns-nothing', ...brief },
  { name: 'fails', ...whole },
  { name: 'throws', ...whole },
  { name: 'returns-nonsense', ...brief },
  { name: 'oversized', ...brief },
  { name: 'continues', ...whole, lastResort: 'every-point' },
  { name: 'continues-with-much', ...whole, functions: ['Plain'] },
  { name: 'defers-then-completed', ...whole },
  { name: 'defers-after-completed', ...brief, deliveries: whole.deliveries },
  { name: 'defers-for-ever', ...brief },
  { name: 'hangs', ...brief, functions: ['Brief', 'BriefAgain'], lastResort: 'two-points' },
  { name: 'blocks', ...brief, functions: ['Brief'] },
  { name: 'asks-again-once', ...whole },
  { name: 'asks-again-always', ...brief, lastResort: 'two-points' },
  { name: 'runs-out-of-memory', ...deadly, functions: ['Small'] },
  { name: 'throws-astray', ...brief },
  { name: 'never-loads', ...deadly, functions: ['Broken'] },
];

/** The crash matrix of CodePipeline: whole pipelines with one Lambda action. */
export const pipelineStory: Story = {
  name: 'codepipeline',
  service: jobService,
  kinds,
  answerActions: ['codepipeline:PutJobSuccessResult', 'codepipeline:PutJobFailureResult'],
  declare: declarePipelines,
  completion: { variables: { By: 'completer' } },
  prepare: putSource,
  deliver: (stage, play, kind, fn) => runPipeline(stage, fn, { play, kind }),
  read(event) {
    const job = (event as { 'CodePipeline.job'?: JobBody } | null)?.['CodePipeline.job'];
    if (job === undefined) return undefined;
    const { actionConfiguration, artifactCredentials } = job.data;
    const { play } = JSON.parse(actionConfiguration.configuration.UserParameters) as { play: string };
    const recognised = jobService.recognise(event, { region: 'us-east-1', functionName: undefined });
    return (
      recognised && {
        play,
        recognised,
        secrets: [artifactCredentials.secretAccessKey, artifactCredentials.sessionToken],
      }
    );
  },
  isPutOff: ({ input }) => input?.continuationToken !== undefined,
  callbackIdOf: (input) => (input as { jobId?: string }).jobId,
  runsLogic: (kind, ordinal) => ordinal === 1 || !kind.startsWith('defers-'),
  isNominal: isNominalJobAnswer,
};

interface JobBody {
  readonly id: string;
  readonly data: {
    readonly actionConfiguration: { readonly configuration: { readonly UserParameters: string } };
    readonly artifactCredentials: { readonly secretAccessKey: string; readonly sessionToken: string };
  };
}
