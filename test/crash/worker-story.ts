import { readHandOver } from '../../lib/codepipeline/polled/hand-over.ts';
import { jobService } from '../../lib/codepipeline/services/job-service.ts';
import { type Service, secretsOf } from '../../lib/core/service.ts';
import { brief, deadly, whole } from './logic-kinds.ts';
import { runPipeline } from './pipeline-executions.ts';
import { pipelineStory } from './pipeline-story.ts';
import type { LogicKind, ReadDelivery, Story } from './story.ts';
import { declareWorkers, PAIR } from './worker-stack.ts';

/** An attempt takes its entry, acknowledges the job, and notes that: from there on it is the function's own. */
const CALLS_OF_TAKING = 3;

/** Death at every point and in every attempt: what differs from there on is the logic alone. */
export const mortal = { ...whole, ownAfter: CALLS_OF_TAKING } as const;
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
export function readPolledJob(service: Service, event: unknown): ReadDelivery | undefined {
  const handOver = readHandOver(event);
  const recognised = service.recognise(event, { region: 'us-east-1', functionName: undefined });
  if (handOver === undefined || recognised === undefined) return undefined;
  const { actionConfiguration, artifactCredentials } = handOver.job.data as OfferedData;
  const { play } = actionConfiguration.configuration;
  const { secretAccessKey, sessionToken } = artifactCredentials;
  // The local cloud's nonces have a digit or two: nobody could look for those.
  const own = secretsOf(service, recognised.ticket).flatMap((secret = '') => (secret.length < 8 ? [] : [secret]));
  return { play, recognised, secrets: [secretAccessKey, sessionToken, ...own] };
}

/**
 * The crash matrix of a job worker: it polls, hands the job over to an invocation of its own, acknowledges it there,
 * decides and reports. To poll belongs to no job, so the plays of one worker come one after the other.
 */
export const workerStory: Story = {
  ...pipelineStory,
  name: 'worker',
  service: jobService,
  kinds,
  alone: true,
  acknowledgeAction: 'codepipeline:AcknowledgeJob',
  declare: declareWorkers,
  deliver: (stage, play, kind, fn) =>
    runPipeline(stage, kind === 'succeeds-in-pairs' ? `${fn}${PAIR}` : fn, { play, kind }),
  read: (event) => readPolledJob(jobService, event),
};

interface OfferedData {
  readonly actionConfiguration: { readonly configuration: { readonly play: string } };
  readonly artifactCredentials: { readonly secretAccessKey: string; readonly sessionToken: string };
}
