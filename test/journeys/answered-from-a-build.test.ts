import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declareBuilds } from './build-stack.ts';
import { CREDENTIALS, type Journey, startJourney } from './journey.ts';

let journey: Journey;

beforeAll(async () => {
  const declare = declareBuilds({
    leaves: { commands: ['export Version=1.2', 'echo "$RINGBACK_CALLBACK" | cut -c1-4'], exports: ['Version'] },
    fails: { commands: ['echo well', 'exit 3'] },
    hangs: { commands: ['echo begun', 'sleep 600'] },
    answers: {
      commands: [
        'ringback complete "$RINGBACK_CALLBACK" --succeed --table "$RINGBACK_LEDGER_TABLE" --details \'{"variables":{"By":"itself"}}\'',
        'exit 5',
      ],
      answer: 'command',
    },
    silent: { commands: ['true'], answer: 'command' },
    absent: { commands: ['true'], project: 'nobodys' },
  });
  // A pipeline comes back after 30 simulated seconds: about one real one.
  journey = await startJourney('Builds', declare, { speed: 30 });
  const s3 = new S3Client(journey.client);
  await s3.send(new PutObjectCommand({ Bucket: journey.output('SourceBucket'), Key: 'source.zip', Body: 'anything' }));
});
afterAll(() => journey?.close());

async function start(name: string) {
  const command = new StartPipelineExecutionCommand({ name });
  const { pipelineExecutionId = '' } = await new CodePipelineClient(journey.client).send(command);
  return journey.cloud.codepipeline.waitForExecution(name, pipelineExecutionId);
}

/** Resolves with the id of the next build whose log has a line. */
async function buildWithLine(line: string): Promise<string> {
  for (;;) {
    const build = journey.cloud.codebuild
      .builds()
      .find(({ status, log }) => status === 'IN_PROGRESS' && log.includes(line));
    if (build !== undefined) return build.id;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a pipeline action that is answered from a build', () => {
  it('succeeds with the exported variables of the build as its own', async () => {
    const execution = await start('leaves');
    expect(execution).toMatchObject({ status: 'Succeeded' });
    expect(JSON.stringify(execution)).toContain('"Version":"1.2"');
  });

  it('fails with phase, command and the link of the log', async () => {
    const execution = await start('fails');
    const text = JSON.stringify(execution);
    expect(execution).toMatchObject({ status: 'Failed' });
    expect(text).toMatch(/failed in BUILD: COMMAND_EXECUTION_ERROR: .*exit 3.*exit status 3.*its log: https:/);
  });

  it.each([
    [
      'is killed',
      (id: string) => void journey.cloud.codebuild.kill(id, 'SIGKILL'),
      /failed in BUILD: .*signal: SIGKILL/,
    ],
    ['times out', (id: string) => journey.cloud.codebuild.expire(id), /timed out in BUILD: TIMED_OUT/],
  ])('fails when the build %s', async (_what, disturb, reason) => {
    const ended = start('hangs');
    disturb(await buildWithLine('begun'));
    const execution = await ended;
    expect(execution).toMatchObject({ status: 'Failed' });
    expect(JSON.stringify(execution)).toMatch(reason);
  });

  it('fails when the build is stopped by somebody', async () => {
    const ended = start('hangs');
    await journey.cloud.ask('codebuild', 'StopBuild', { id: await buildWithLine('begun') });
    expect(JSON.stringify(await ended)).toMatch(/the build \S+ was stopped in BUILD/);
  });

  it('fails when the build waits too long for a machine', async () => {
    const { codebuild, clock } = journey.cloud;
    codebuild.limitBuilds({ running: 0, waiting: 5 });
    clock.setSpeed(1_000);
    const execution = await start('leaves').finally(() => {
      clock.setSpeed(30);
      codebuild.limitBuilds({});
    });
    expect(JSON.stringify(execution)).toMatch(/timed out in QUEUED: TIMED_OUT/);
  });

  it('fails when the account may have no more builds', async () => {
    journey.cloud.codebuild.limitBuilds({ running: 0, waiting: 0 });
    const execution = await start('leaves').finally(() => journey.cloud.codebuild.limitBuilds({}));
    expect(JSON.stringify(execution)).toMatch(/was not started: .*more than 0 builds in queue/);
  });

  it('fails when the build ends without the answer that was left to it', async () => {
    const execution = await start('silent');
    expect(JSON.stringify(execution)).toMatch(/succeeded.*but it gave no answer/);
  });

  it('takes what the build answers by itself, however it ends afterwards', async () => {
    const execution = await start('answers');
    expect(execution).toMatchObject({ status: 'Succeeded' });
    expect(JSON.stringify(execution)).toContain('"By":"itself"');
  });

  it('fails when there is no such project', async () => {
    const execution = await start('absent');
    expect(JSON.stringify(execution)).toMatch(/the build of nobodys was not started/);
  });
});

describe('a workflow step that is answered from a build', () => {
  it.each([
    ['good.csv', 'COMPLETED'],
    ['wrong.csv', 'EXCEPTION'],
  ])('ends for %s as its build does: %s', async (name, status) => {
    const { cloud, output } = journey;
    const file = { bucket: output('SourceBucket'), key: `in/${name}` };
    const person = cloud.identity.principalOf(CREDENTIALS.accessKeyId);
    cloud.objects.put(person, file.bucket, file.key, Buffer.from('content'));
    const workflowId = output('WorkflowId');
    const executionId = cloud.transfer.upload({ workflowId, executionRole: output('Role'), file });
    expect(await cloud.transfer.waitForExecution(workflowId, executionId)).toMatchObject({ status });
  });
});
