import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Journey, startJourney } from './journey.ts';
import { declareSignOff } from './sign-off-stack.ts';

const STACK = 'SignOff';

let journey: Journey;

beforeAll(async () => {
  // A pipeline comes back after 30 simulated seconds: about one real one.
  journey = await startJourney(STACK, declareSignOff('sign-off.ts'), { speed: 30 });
});
afterAll(() => journey?.close());

async function openCallbacks(...options: string[]): Promise<Record<string, string>[]> {
  const { code, stdout, stderr } = await journey.ringback(['open', '--stack', STACK, '--json', ...options]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout).callbacks;
}

/** Starts the pipeline, waits until its function has deferred, and gives the ids of execution and job. */
async function startAndDefer(): Promise<{ readonly executionId: string; readonly jobId: string }> {
  const { cloud, client, output } = journey;
  const s3 = new S3Client(client);
  await s3.send(new PutObjectCommand({ Bucket: output('SourceBucket'), Key: 'source.zip', Body: 'anything' }));
  const deferred = new Promise<string>((resolve) => {
    const stop = cloud.events.on('answer', ({ kind, callbackId }) => {
      if (kind !== 'continued') return;
      stop();
      resolve(callbackId);
    });
  });
  const start = new StartPipelineExecutionCommand({ name: output('PipelineName') });
  const { pipelineExecutionId = '' } = await new CodePipelineClient(client).send(start);
  return { executionId: pipelineExecutionId, jobId: await deferred };
}

/** Resolves when so many more of its jobs have been answered with a continuation; gives their ids. */
function continuations(count: number): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const jobIds: string[] = [];
    const stop = journey.cloud.events.on('answer', ({ kind, callbackId }) => {
      if (kind !== 'continued' || jobIds.push(callbackId) < count) return;
      stop();
      resolve(jobIds);
    });
  });
}

/** Resolves when the run of the function has ended that tells CodePipeline of a success. */
function successTold(): Promise<void> {
  return new Promise((resolve) => {
    const { events } = journey.cloud;
    const stop = events.on('answer', ({ kind }) => {
      if (kind !== 'succeeded') return;
      stop();
      const stopWaiting = events.on('invocationEnd', () => {
        stopWaiting();
        resolve();
      });
    });
  });
}

const executionEnded = (executionId: string) =>
  journey.cloud.codepipeline.waitForExecution(journey.output('PipelineName'), executionId);

describe('a pipeline whose function defers', () => {
  it('is listed as open, and succeeds with what a person completes it with', async () => {
    const { executionId, jobId } = await startAndDefer();
    expect(await openCallbacks()).toEqual([
      expect.objectContaining({ service: 'codepipeline', id: jobId, state: 'deferred' }),
    ]);

    const told = successTold();
    const details = JSON.stringify({ variables: { SignedBy: 'Ada' }, summary: 'signed' });
    const name = `codepipeline:${jobId.slice(0, 8)}`;
    const completed = await journey.ringback([
      'complete',
      name,
      '--stack',
      STACK,
      '--succeed',
      '--details',
      details,
      '--json',
    ]);

    expect(completed.stderr).toBe('');
    expect(JSON.parse(completed.stdout)).toEqual({
      service: 'codepipeline',
      id: jobId,
      decision: 'succeeded',
      accepted: true,
      state: 'waiting',
    });
    expect(completed.code).toBe(0);
    const { status, actions } = await executionEnded(executionId);
    expect(status).toBe('Succeeded');
    expect(actions.find(({ actionName }) => actionName === 'Person')?.outputVariables).toEqual({ SignedBy: 'Ada' });
    await told;
    expect(await openCallbacks()).toEqual([]);
  });

  it('goes on over several jobs as one work, and takes the callback of its first run', async () => {
    const { executionId, jobId } = await startAndDefer();
    const [first] = await openCallbacks('--show-callback');
    const later = await continuations(3);
    expect(new Set([jobId, ...later]).size).toBe(4);
    const open = await openCallbacks('--show-callback');
    const { openedAt, callback } = first ?? {};
    expect(open).toEqual([expect.objectContaining({ id: jobId, state: 'deferred', openedAt, callback })]);

    const table = ['--table', journey.output('Ledger')];
    const run = await journey.ringback(['complete', '-', '--succeed', '--json', ...table], first?.callback);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(run.stdout)).toMatchObject({ id: jobId, accepted: true, state: 'waiting' });
    expect(await executionEnded(executionId)).toMatchObject({ status: 'Succeeded' });
  });

  it('fails with the reason of whoever was first, and a later completion says so', async () => {
    const { executionId, jobId } = await startAndDefer();
    const [entry] = await openCallbacks('--show-callback');
    const callback = entry?.callback ?? '';
    expect(callback).toMatch(/^rb1\./);

    const options = ['--table', journey.output('Ledger')];
    const first = await journey.ringback(['complete', '-', '--fail', 'not this week', ...options], `${callback}\n`);
    const second = await journey.ringback(['complete', '-', '--succeed', ...options], `${callback}\n`);

    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toContain(`codepipeline job ${jobId} is decided: failed: not this week`);
    expect(second).toMatchObject({ code: 1, stderr: '' });
    expect(second.stdout).toContain('somebody else was faster');
    expect(second.stdout).toContain('failed: not this week');
    expect(`${first.stdout}${second.stdout}`).not.toContain(callback);
    const { status, actions } = await executionEnded(executionId);
    expect(status).toBe('Failed');
    expect(actions.find(({ actionName }) => actionName === 'Person')?.errorDetails?.message).toBe('not this week');
  });
});
