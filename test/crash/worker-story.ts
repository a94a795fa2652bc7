import { jobCallback, jobResultApi } from '../../lib/codepipeline/result-api.ts';
import { readHandOver } from '../../lib/codepipeline/worker/hand-over.ts';
import { deliveries } from './crash-case.ts';
import { pipelineStory } from './pipeline-story.ts';
import type { LogicKind, Story } from './story.ts';
import { declareWorkers } from './worker-stack.ts';

/** Who dies in every attempt never claims the job, and CodePipeline waits for a worker that lives: no last resort. */
const all = {
  functions: ['Plain'],
  deliveries,
  callFaults: true,
  points: 'all',
  lastResort: 'none',
} as const satisfies Omit<LogicKind, 'name'>;
const some = { ...all, deliveries: ['alone'], callFaults: false } as const;

/**
 * The crash matrix of a job worker: it polls, hands the job over to an invocation of its own, claims it there, decides
 * and reports. To poll belongs to no job, so plays come one after the other.
 */
export const workerStory: Story = {
  ...pipelineStory,
  name: 'worker',
  api: jobResultApi,
  kinds: [
    { name: 'succeeds', ...all },
    { name: 'continues', ...some },
    { name: 'asks-again-once', ...some },
  ],
  alone: true,
  declare: declareWorkers,
  read(event) {
    const handOver = readHandOver(event);
    if (handOver === undefined) return undefined;
    const { id, nonce, data } = handOver.job as OfferedJob;
    const { actionConfiguration, artifactCredentials } = data;
    const { play } = actionConfiguration.configuration;
    const { secretAccessKey, sessionToken } = artifactCredentials;
    return { play, callback: jobCallback(id, 'us-east-1', { nonce }), secrets: [secretAccessKey, sessionToken] };
  },
};

interface OfferedJob {
  readonly id: string;
  readonly nonce: string;
  readonly data: {
    readonly actionConfiguration: { readonly configuration: { readonly play: string } };
    readonly artifactCredentials: { readonly secretAccessKey: string; readonly sessionToken: string };
  };
}
