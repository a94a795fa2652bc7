import { jobResultApi } from '../../lib/codepipeline/result-api.ts';
import { readHandOver } from '../../lib/codepipeline/worker/hand-over.ts';
import type { ResultApi } from '../../lib/core/service.ts';
import { brief, deadly, whole } from './logic-kinds.ts';
import { runPipeline } from './pipeline-executions.ts';
import { pipelineStory } from './pipeline-story.ts';
import type { LogicKind, ReadDelivery, Story } from './story.ts';
import { declareWorkers, PAIR } from './worker-stack.ts';

/** An attempt opens its entry, claims the job, and leaves a mark: from there on it is the function's own. */
const CALLS_OF_A_CLAIM = 3;

/** Death at every point and in every attempt: what differs from there on is the logic alone. */
export const mortal = { ...whole, claimedAfter: CALLS_OF_A_CLAIM } as const;
/** One death at every point of one delivery. */
export const single = { ...brief, deliveries: ['alone'] } as const;

const kinds: readonly LogicKind[] = [
  { name: 'succeeds', ...mortal },
  { name: 'succeeds-in-pairs', ...single },
  { name: 'continues', ...single, functions: ['Plain', 'Again'] },
  { name: 'asks-again-once', ...single, functions: ['Again'] },
  { name: 'dies-once', ...deadly, functions: ['Plain', 'Again'], deliveries: ['alone'] },
  { name: 'defers-then-completed', ...single },
  { name: 'defers-for-ever', ...single, functions: ['Again'] },
];

/** Reads a hand-over of a polled job, whose configuration names the play. */
export function readPolledJob(api: ResultApi, event: unknown): ReadDelivery | undefined {
  const handOver = readHandOver(event);
  const callback = api.recognise(event, 'us-east-1');
  if (handOver === undefined || callback === undefined) return undefined;
  const { actionConfiguration, artifactCredentials } = handOver.job.data as OfferedData;
  const { play } = actionConfiguration.configuration;
  const { secretAccessKey, sessionToken } = artifactCredentials;
  const own = api.secretData.map((member) => callback.data[member] ?? '');
  return { play, callback, secrets: [secretAccessKey, sessionToken, ...own] };
}

/**
 * The crash matrix of a job worker: it polls, hands the job over to an invocation of its own, claims it there, decides
 * and reports. To poll belongs to no job, so the plays of one worker come one after the other.
 */
export const workerStory: Story = {
  ...pipelineStory,
  name: 'worker',
  api: jobResultApi,
  kinds,
  alone: true,
  claimAction: 'codepipeline:AcknowledgeJob',
  declare: declareWorkers,
  deliver: (stage, play, kind, fn) =>
    runPipeline(stage, kind === 'succeeds-in-pairs' ? `${fn}${PAIR}` : fn, { play, kind }),
  read: (event) => readPolledJob(jobResultApi, event),
};

interface OfferedData {
  readonly actionConfiguration: { readonly configuration: { readonly play: string } };
  readonly artifactCredentials: { readonly secretAccessKey: string; readonly sessionToken: string };
}
