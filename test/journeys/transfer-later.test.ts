import { fileURLToPath } from 'node:url';
import { Duration, type Stack } from 'aws-cdk-lib';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { copyStep, TransferWorkflow, WorkflowStepFunction } from 'ringback/infra';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CREDENTIALS, type Journey, startJourney } from './journey.ts';

const STACK = 'Later';

let journey: Journey;
beforeAll(async () => {
  journey = await startJourney(STACK, declareWorkflow, { speed: 60 });
});
afterAll(() => journey?.close());

/** A workflow of one custom step, with a copy where it fails. */
function declareWorkflow(stack: Stack) {
  const bucket = new Bucket(stack, 'Files') as IBucket;
  const scan = new WorkflowStepFunction(stack, 'Scan', {
    entry: fileURLToPath(new URL('fixtures/scan-later.ts', import.meta.url)),
    timeout: Duration.seconds(10),
  });
  const workflow = new TransferWorkflow(stack, 'Workflow', {
    uploads: [{ bucket, key: 'in/' }],
    steps: [scan.step({ name: 'scan', timeout: Duration.minutes(30) })],
    exceptionSteps: [copyStep({ name: 'keep', destination: { bucket, key: 'refused/' }, overwriteExisting: true })],
  });
  return { Bucket: bucket.bucketName, WorkflowId: workflow.workflowId, Role: workflow.executionRole.roleArn };
}

/** Plays a server at which a file of this name has arrived, and gives the execution. */
function upload(name: string): string {
  const { cloud, output } = journey;
  const file = { bucket: output('Bucket'), key: `in/${name}` };
  const person = cloud.identity.principalOf(CREDENTIALS.accessKeyId);
  cloud.objects.put(person, file.bucket, file.key, Buffer.from('content'));
  return cloud.transfer.upload({ workflowId: output('WorkflowId'), executionRole: output('Role'), file });
}

const ended = (executionId: string) =>
  journey.cloud.transfer.waitForExecution(journey.output('WorkflowId'), executionId);

/** Resolves when the run that is handed a file of this name has ended. */
function runEnded(name: string): Promise<void> {
  const { events } = journey.cloud;
  return new Promise((resolve) => {
    const stopAwaiting = events.on('invocation', ({ event, requestId: awaited }) => {
      if (!JSON.stringify(event).includes(`in/${name}"`)) return;
      stopAwaiting();
      const stop = events.on('invocationEnd', ({ requestId }) => {
        if (requestId !== awaited) return;
        stop();
        resolve();
      });
    });
  });
}

const ringback = (args: readonly string[]) => journey.ringback([...args, '--stack', STACK, '--json']);

describe('a step that is answered later', () => {
  it('goes on where it left off, until it is done', async () => {
    expect(await ended(upload('ask-again'))).toMatchObject({ status: 'COMPLETED' });
  });

  it('is listed as open, and succeeds when somebody completes it', async () => {
    const run = runEnded('ask-somebody');
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
    const stop = journey.cloud.events.on('answer', ({ kind }) => answers.push(kind));
    expect(await ended(upload('die'))).toMatchObject({ steps: [{ error: { type: 'CUSTOM_STEP_FAILED' } }] });
    stop();
    expect(answers).toEqual(['failed']);
  });
});
