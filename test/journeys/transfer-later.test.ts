import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { copyStep, TransferWorkflow, WorkflowStepFunction } from 'ringback/infra';
import { createLocalCloud, type Deployment, type LocalCloud } from 'ringback/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../unit/cli/run-cli.ts';

const STACK = 'Later';
const CREDENTIALS = { accessKeyId: 'AKIAEXAMPLEEXAMPLE00', secretAccessKey: 'example' };

let cloud: LocalCloud;
let deployment: Deployment;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ringback-later-'));
  cloud = await createLocalCloud({ speed: 120 });
  deployment = await cloud.deploy({ assembly: synthesize() });
});
afterAll(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A workflow of one custom step, with a copy where it fails. */
function synthesize(): string {
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir: folder });
  const stack = new Stack(app, STACK);
  const bucket = new Bucket(stack, 'Files') as IBucket;
  const scan = new WorkflowStepFunction(stack, 'Scan', {
    entry: fileURLToPath(new URL('fixtures/scan-later.ts', import.meta.url)),
    timeout: Duration.seconds(10),
  });
  const workflow = new TransferWorkflow(stack, 'Workflow', {
    uploads: [{ bucket, key: 'in/' }],
    steps: [scan.step({ name: 'scan', timeout: Duration.minutes(10) })],
    exceptionSteps: [copyStep({ name: 'keep', destination: { bucket, key: 'refused/' }, overwriteExisting: true })],
  });
  for (const [name, value] of Object.entries({
    Bucket: bucket.bucketName,
    WorkflowId: workflow.workflowId,
    Role: workflow.executionRole.roleArn,
  })) {
    new CfnOutput(stack, name, { value });
  }
  return app.synth().directory;
}

function output(name: string): string {
  return String(deployment.stacks.find((stack) => stack.name === STACK)?.outputs[name]);
}

/** Plays a server at which a file of this name has arrived, and gives the execution. */
function upload(name: string): string {
  const key = `in/${name}`;
  cloud.objects.put(cloud.identity.principalOf(CREDENTIALS.accessKeyId), output('Bucket'), key, Buffer.from('content'));
  return cloud.transfer.upload({
    workflowId: output('WorkflowId'),
    executionRole: output('Role'),
    file: { bucket: output('Bucket'), key },
  });
}

const ended = (executionId: string) => cloud.transfer.waitForExecution(output('WorkflowId'), executionId);

/** Resolves when a run of the function has ended. */
function runEnded(): Promise<void> {
  return new Promise((resolve) => {
    const stop = cloud.events.on('invocationEnd', ({ functionName }) => {
      if (!functionName.includes('Scan')) return;
      stop();
      resolve();
    });
  });
}

function ringback(args: readonly string[]) {
  const env = {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  };
  return runCli([...args, '--stack', STACK, '--json'], { env });
}

describe('a step that is answered later', () => {
  it('goes on where it left off, until it is done', async () => {
    expect(await ended(upload('ask-again'))).toMatchObject({ status: 'COMPLETED' });
  });

  it('is listed as open, and succeeds when somebody completes it', async () => {
    const run = runEnded();
    const id = upload('ask-somebody');
    await run;
    const { callbacks } = JSON.parse((await ringback(['open'])).stdout);
    expect(callbacks).toMatchObject([{ service: 'transfer', id: expect.stringContaining(id) }]);
    const completed = await ringback(['complete', `transfer:${id.slice(0, 8)}`, '--succeed']);
    expect(completed.stderr).toBe('');
    expect(JSON.parse(completed.stdout)).toMatchObject({ decision: 'succeeded', accepted: true, state: 'reported' });
    expect(await ended(id)).toMatchObject({ status: 'COMPLETED' });
  });

  it('fails when nobody does, and its exception steps run', async () => {
    const id = upload('ask-somebody');
    expect(await ended(id)).toMatchObject({
      status: 'EXCEPTION',
      steps: [{ error: { type: 'CUSTOM_STEP_FAILED' } }],
      onExceptionSteps: [{ stepType: 'COPY' }],
    });
  });

  it('fails when its process dies, long before the step times out', async () => {
    const answers: string[] = [];
    const stop = cloud.events.on('answer', ({ kind }) => answers.push(kind));
    expect(await ended(upload('die'))).toMatchObject({ steps: [{ error: { type: 'CUSTOM_STEP_FAILED' } }] });
    stop();
    expect(answers).toEqual(['failed']);
  });
});
