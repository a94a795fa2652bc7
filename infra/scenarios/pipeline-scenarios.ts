import { fileURLToPath } from 'node:url';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Scenario, Stage } from '../../lib/local/scenarios/scenario.ts';
import type { HealthServer } from './health-server.ts';
import { zipFolder } from './zip-folder.ts';

const STACK = 'RingbackPipeline';
const WEB_PROJECT = fileURLToPath(new URL('web-project', import.meta.url));
const service = 'codepipeline';

/** What a run of the example pipeline must come to. */
interface Ending {
  readonly status: 'Succeeded' | 'Failed';
  /** The action whose failure ends it, and a part of its message. */
  readonly failure?: { readonly action: string; readonly message: RegExp };
  /** How many jobs are answered on the way. */
  readonly answers: number;
}

/** The scenarios of the example pipeline. */
export function pipelineScenarios(health: HealthServer): readonly Scenario[] {
  return [
    {
      name: 'pipeline-succeeds',
      service,
      title: 'a web project passes a gate that opens after 70 s; its manifest is written and verified',
      async run(stage) {
        health.becomeHealthy(70_000);
        // Asked at once and every 30 s: healthy at the fourth time. Then the manifest, and two that verify it.
        return play(stage, await zipFolder(WEB_PROJECT), { status: 'Succeeded', answers: 4 + 1 + 2 });
      },
    },
    {
      name: 'pipeline-gate-stays-shut',
      service,
      title: 'the address never becomes healthy; the gate fails the pipeline after its last try',
      async run(stage) {
        health.stayUnhealthy();
        const failure = { action: 'Healthy', message: /was not healthy in 10 tries; the last one ended with 503/ };
        return play(stage, await zipFolder(WEB_PROJECT), { status: 'Failed', failure, answers: 10 });
      },
    },
    {
      name: 'pipeline-broken-artifact',
      service,
      title: 'the uploaded source is no zip; the pipeline fails and says so',
      async run(stage) {
        health.becomeHealthy(0);
        const failure = { action: 'List', message: /artifact .?Source.*zip/i };
        return play(stage, Buffer.from('this is no zip archive'), { status: 'Failed', failure, answers: 1 + 1 });
      },
    },
  ];
}

/** Uploads a source, as a person or a build would, and follows the execution that it starts. */
async function play({ client, cloud, deployment }: Stage, source: Buffer, ending: Ending) {
  const outputs = deployment.stacks.find(({ name }) => name === STACK)?.outputs ?? {};
  const { PipelineName: name, SourceBucketName: Bucket, SourceKey: Key } = outputs as Record<string, string>;
  if (!name || !Bucket || !Key) throw new Error(`${STACK} has no outputs PipelineName, SourceBucketName and SourceKey`);
  const started = nextExecution(cloud, name);
  await new S3Client(client).send(new PutObjectCommand({ Bucket, Key, Body: source }));
  const { status, actions } = await cloud.codepipeline.waitForExecution(name, await started);
  const failed = actions.find((action) => action.status === 'Failed');
  const cause = failed && `${failed.stageName}.${failed.actionName}: ${failed.errorDetails?.message}`;
  if (status !== ending.status)
    throw new Error(`the execution ended ${status}, not ${ending.status}${cause ? ` (${cause})` : ''}`);
  if (ending.failure !== undefined) {
    const { action, message } = ending.failure;
    if (failed?.actionName !== action || !message.test(failed.errorDetails?.message ?? '')) {
      throw new Error(`expected ${action} to fail with ${message}, but got ${cause ?? 'no failure'}`);
    }
  }
  return { expected: ending.answers };
}

/** The id of the execution that the pipeline's own trigger starts next. */
function nextExecution(cloud: Stage['cloud'], name: string): Promise<string> {
  return new Promise((resolve) => {
    const stop = cloud.events.on('state', ({ service: source, resource, state }) => {
      if (source !== service || resource !== name || state !== 'STARTED') return;
      stop();
      resolve(cloud.codepipeline.executionIds(name).at(-1) ?? '');
    });
  });
}
