import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  AcknowledgeJobCommand,
  CodePipelineClient,
  PollForJobsCommand,
  PutJobSuccessResultCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { type CfnPipeline, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { ManualApprovalAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { CustomActionWorker } from '/work/main/infra/index.ts';
import { createLocalCloud, type LocalCloud } from '/work/main/lib/local/index.ts';

/** A few hundred jobs show every race; `RINGBACK_RACE_JOBS=1000` plays the long one. */
const JOBS = Number(process.env.RINGBACK_RACE_JOBS ?? 150);
const WORKERS = 20;
const CREDENTIALS = { accessKeyId: 'AKIAEXAMPLEEXAMPLE00', secretAccessKey: 'example' };
const STACK = 'Race';
const actionTypeId = { category: 'Source', owner: 'Custom', provider: 'Race', version: '1' } as const;

const folder = mkdtempSync(path.join(tmpdir(), 'ringback-race-'));
let cloud: LocalCloud | undefined;

/** A pipeline whose executions run side by side, each with one job for the worker. */
function synthesize(): string {
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir: folder });
  const stack = new Stack(app, STACK);
  const worker = new CustomActionWorker(stack, 'Worker', {
    entry: fileURLToPath('file:///work/main/test/journeys/fixtures/race-worker.ts'),
    timeout: Duration.seconds(20),
    actionType: { category: 'Source', provider: 'Race', outputs: { max: 1 } },
  });
  const pipeline = new Pipeline(stack, 'Pipeline', {
    pipelineType: PipelineType.V2,
    artifactBucket: new Bucket(stack, 'Bucket') as IBucket,
    stages: [
      { stageName: 'Work', actions: [worker.action({ actionName: 'Job' })] },
      { stageName: 'End', actions: [new ManualApprovalAction({ actionName: 'Never' })] },
    ],
  });
  (pipeline.node.defaultChild as CfnPipeline).executionMode = 'PARALLEL';
  new CfnOutput(stack, 'PipelineName', { value: pipeline.pipelineName });
  return app.synth().directory;
}

/** What became of each job, as CodePipeline saw it. */
function watch(watched: LocalCloud) {
  const claimedBy = new Map<string, string>();
  const answers = new Map<string, string[]>();
  const strangers: string[] = [];
  const done = Promise.withResolvers<void>();
  // Emitted by the claim itself, so also where its answer never arrived.
  watched.events.on('delivery', ({ callbackId, functionName }) =>
    claimedBy.set(callbackId, functionName === undefined ? 'foreign' : 'ours'),
  );
  watched.events.on('call', ({ operation, principal, error, input }) => {
    if (!operation.startsWith('PutJob')) return;
    const { jobId = '' } = input as { jobId?: string };
    const who = principal.includes(':assumed-role/') ? 'ours' : 'foreign';
    if (claimedBy.get(jobId) !== who) strangers.push(`${who} ${jobId} ${error ?? 'taken'}`);
  });
  watched.events.on('answer', ({ callbackId, kind }) => {
    answers.set(callbackId, [...(answers.get(callbackId) ?? []), kind]);
    if (answers.size === JOBS) done.resolve();
  });
  return { claimedBy, answers, strangers, done: done.promise };
}

/** A worker that is not ours, on the same queue. */
async function foreignWorker(client: CodePipelineClient, stop: AbortSignal): Promise<number> {
  let answered = 0;
  while (!stop.aborted) {
    const { jobs = [] } = await client.send(new PollForJobsCommand({ actionTypeId, maxBatchSize: 1 }));
    for (const { id: jobId, nonce } of jobs) {
      const { status } = await client.send(new AcknowledgeJobCommand({ jobId, nonce }));
      if (status !== 'InProgress') continue;
      await client.send(new PutJobSuccessResultCommand({ jobId }));
      answered++;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return answered;
}

cloud = await createLocalCloud({
  speed: 300,
  maxEnvironments: WORKERS,
  faultSeed: 7,
  faults: process.env.NOFAULT
    ? []
    : [
        { kind: 'kill', moment: 'before', probability: 0.01, times: JOBS / 10 },
        { kind: 'kill', moment: 'after', probability: 0.01, times: JOBS / 10 },
        { kind: 'lost', service: 'codepipeline', probability: 0.02, times: JOBS / 10 },
      ],
});
const deployment = await cloud.deploy({ assembly: synthesize() });
const name = String(deployment.stacks.find((stack) => stack.name === STACK)?.outputs.PipelineName);
const seen = watch(cloud);
const ops: Record<string, number> = {};
let inv = 0;
const errs: Record<string, number> = {};
cloud.events.on('call', ({ operation, error }) => {
  const k = operation + (error ? ':' + error : '');
  ops[k] = (ops[k] ?? 0) + 1;
});
cloud.events.on('invocationEnd', ({ error }) => {
  inv++;
  if (error) {
    const k = error.errorType + ' ' + error.errorMessage.slice(0, 60);
    errs[k] = (errs[k] ?? 0) + 1;
  }
});
const { endpoint, region } = cloud;
const client = new CodePipelineClient({ endpoint, region, credentials: CREDENTIALS });
const stop = new AbortController();
const foreign = foreignWorker(client, stop.signal);
const t0 = Date.now();
const c0 = cloud.clock.now();
const tick = setInterval(() => {
  console.log(
    ((Date.now() - t0) / 1000).toFixed(0) + 's sim ' + ((cloud.clock.now() - c0) / 1000).toFixed(0),
    'answered',
    seen.answers.size,
    'claimed',
    seen.claimedBy.size,
    'inv',
    inv,
    JSON.stringify(ops),
    JSON.stringify(errs),
  );
}, 10000);
for (let job = 0; job < JOBS; job++) await client.send(new StartPipelineExecutionCommand({ name }));
console.log('started all', Date.now() - t0);
setTimeout(() => process.exit(2), Number(process.env.LIMIT ?? 150000));
await seen.done;
clearInterval(tick);
console.log('done', Date.now() - t0, seen.strangers);
process.exit(0);
