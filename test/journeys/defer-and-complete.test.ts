import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { S3SourceAction, S3Trigger } from 'aws-cdk-lib/aws-codepipeline-actions';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { PipelineJobFunction } from 'ringback/infra';
import { createLocalCloud, type Deployment, type LocalCloud } from 'ringback/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliRun, runCli } from '../unit/cli/run-cli.ts';

const STACK = 'SignOff';
const CREDENTIALS = { accessKeyId: 'AKIAEXAMPLEEXAMPLE00', secretAccessKey: 'example' };

let cloud: LocalCloud;
let deployment: Deployment;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ringback-sign-off-'));
  // A pipeline comes back after 30 simulated seconds: about one real one.
  cloud = await createLocalCloud({ speed: 30 });
  deployment = await cloud.deploy({ assembly: synthesize() });
});
afterAll(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A pipeline of one action, which waits for a person. */
function synthesize(): string {
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir: folder });
  const stack = new Stack(app, STACK);
  const bucket = new Bucket(stack, 'Source', { versioned: true }) as IBucket;
  const fn = new PipelineJobFunction(stack, 'Ask', {
    entry: fileURLToPath(new URL('fixtures/sign-off.ts', import.meta.url)),
  });
  const source = new S3SourceAction({
    actionName: 'Source',
    bucket,
    bucketKey: 'source.zip',
    output: new Artifact('Source'),
    trigger: S3Trigger.NONE,
  });
  const { pipelineName } = new Pipeline(stack, 'Pipeline', {
    pipelineType: PipelineType.V2,
    artifactBucket: bucket,
    stages: [
      { stageName: 'Source', actions: [source] },
      { stageName: 'Ask', actions: [fn.action({ actionName: 'Person' })] },
    ],
  });
  new CfnOutput(stack, 'PipelineName', { value: pipelineName });
  new CfnOutput(stack, 'SourceBucket', { value: bucket.bucketName });
  return app.synth().directory;
}

function output(name: string): string {
  return String(deployment.stacks.find((stack) => stack.name === STACK)?.outputs[name]);
}

/** The command as a person would run it: pointed at the cloud by the environment alone. */
function ringback(args: readonly string[], stdin?: string): Promise<CliRun> {
  const env = {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  };
  return runCli(args, { env, ...(stdin === undefined ? {} : { stdin }) });
}

async function openCallbacks(...options: string[]): Promise<Record<string, string>[]> {
  const { code, stdout, stderr } = await ringback(['open', '--stack', STACK, '--json', ...options]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout).callbacks;
}

/** Starts the pipeline, waits until its function has deferred, and gives the ids of execution and job. */
async function startAndDefer(): Promise<{ readonly executionId: string; readonly jobId: string }> {
  const { endpoint, region } = cloud;
  const s3 = new S3Client({ endpoint, region, credentials: CREDENTIALS, forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket: output('SourceBucket'), Key: 'source.zip', Body: 'anything' }));
  const deferred = new Promise<string>((resolve) => {
    const stop = cloud.events.on('answer', ({ kind, callbackId }) => {
      if (kind !== 'continued') return;
      stop();
      resolve(callbackId);
    });
  });
  const { CodePipelineClient, StartPipelineExecutionCommand } = await import('@aws-sdk/client-codepipeline');
  const { pipelineExecutionId = '' } = await new CodePipelineClient({
    endpoint,
    region,
    credentials: CREDENTIALS,
  }).send(new StartPipelineExecutionCommand({ name: output('PipelineName') }));
  return { executionId: pipelineExecutionId, jobId: await deferred };
}

describe('a pipeline whose function defers', () => {
  it('is listed as open, and succeeds with what a person completes it with', async () => {
    const { executionId, jobId } = await startAndDefer();
    expect(await openCallbacks()).toEqual([
      expect.objectContaining({ service: 'codepipeline', id: jobId, state: 'deferred' }),
    ]);

    const details = JSON.stringify({ variables: { SignedBy: 'Ada' }, summary: 'signed' });
    const name = `codepipeline:${jobId.slice(0, 8)}`;
    const completed = await ringback(['complete', name, '--stack', STACK, '--succeed', '--details', details, '--json']);

    expect(completed.stderr).toBe('');
    expect(JSON.parse(completed.stdout)).toEqual({
      service: 'codepipeline',
      id: jobId,
      decision: 'succeeded',
      accepted: true,
      state: 'waiting',
    });
    expect(completed.code).toBe(0);
    const { status, actions } = await cloud.codepipeline.waitForExecution(output('PipelineName'), executionId);
    expect(status).toBe('Succeeded');
    expect(actions.find(({ actionName }) => actionName === 'Person')?.outputVariables).toEqual({ SignedBy: 'Ada' });
    expect(await openCallbacks()).toEqual([]);
  });

  it('fails with the reason of whoever was first, and a later completion says so', async () => {
    const { executionId, jobId } = await startAndDefer();
    const [entry] = await openCallbacks('--show-callback');
    const callback = entry?.callback ?? '';
    expect(callback).toMatch(/^rb1\./);

    const [table] = deployment.stacks.flatMap(({ resources }) =>
      [...resources.values()].filter(({ type }) => type === 'AWS::DynamoDB::Table'),
    );
    const options = ['--table', table?.physicalId ?? ''];
    const first = await ringback(['complete', '-', '--fail', 'not this week', ...options], `${callback}\n`);
    const second = await ringback(['complete', '-', '--succeed', ...options], `${callback}\n`);

    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain(`codepipeline job ${jobId} is decided: failed: not this week`);
    expect(second).toMatchObject({ code: 1, stderr: '' });
    expect(second.stdout).toContain('somebody else was faster');
    expect(second.stdout).toContain('failed: not this week');
    expect(`${first.stdout}${second.stdout}`).not.toContain(callback);
    const { status, actions } = await cloud.codepipeline.waitForExecution(output('PipelineName'), executionId);
    expect(status).toBe('Failed');
    expect(actions.find(({ actionName }) => actionName === 'Person')?.errorDetails?.message).toBe('not this week');
  });
});
