import {
  CodePipelineClient,
  ListActionExecutionsCommand,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declareBuilds } from './build-stack.ts';
import { CREDENTIALS, type Journey, startJourney } from './journey.ts';

let journey: Journey;
let codepipeline: CodePipelineClient;

beforeAll(async () => {
  const declare = declareBuilds({
    abandoned: { commands: ['echo "callback $RINGBACK_CALLBACK"', 'sleep 600'] },
    approved: { commands: ['echo "callback $RINGBACK_CALLBACK"', 'sleep 600'] },
    waits: { commands: ['true'] },
    tells: {
      commands: [
        'ringback progress --percent 40 --summary "half of it"; echo "told: $?"',
        'ringback complete "$RINGBACK_CALLBACK" --fail "not so"',
        'ringback progress; echo "told: $?"',
      ],
    },
    goesOn: {
      commands: ['ringback complete "$RINGBACK_CALLBACK" --succeed --table "$RINGBACK_LEDGER_TABLE"', 'echo cleans up'],
      answer: 'command',
    },
  });
  journey = await startJourney('Unwaited', declare, { speed: 30 });
  codepipeline = new CodePipelineClient(journey.client);
  const s3 = new S3Client(journey.client);
  await s3.send(new PutObjectCommand({ Bucket: journey.output('SourceBucket'), Key: 'source.zip', Body: 'anything' }));
});
afterAll(() => journey?.close());

async function start(pipeline: string): Promise<string> {
  const { pipelineExecutionId = '' } = await codepipeline.send(new StartPipelineExecutionCommand({ name: pipeline }));
  return pipelineExecutionId;
}

const builds = () => journey.cloud.codebuild.builds();

/** The build of the one execution that runs now, once its log holds the callback, and its pipeline has its id. */
async function buildOf(pipeline: string) {
  const found = () =>
    builds()
      .filter(({ status }) => status === 'IN_PROGRESS')
      .flatMap(({ id, log }) => log.map((line) => ({ id, callback: /callback (\S+)/.exec(line)?.[1] ?? '' })))
      .find(({ callback }) => callback !== '');
  await expect.poll(found, { timeout: 30_000 }).toBeDefined();
  const build = found() as { readonly id: string; readonly callback: string };
  const actions = () => codepipeline.send(new ListActionExecutionsCommand({ pipelineName: pipeline }));
  await expect.poll(async () => JSON.stringify(await actions()), { timeout: 30_000 }).toContain(build.id);
  return build;
}

function upload(key: string) {
  const { cloud, output } = journey;
  const file = { bucket: output('SourceBucket'), key };
  cloud.objects.put(cloud.identity.principalOf(CREDENTIALS.accessKeyId), file.bucket, file.key, Buffer.from('x'));
  const workflowId = output('WorkflowId');
  const executionId = cloud.transfer.upload({ workflowId, executionRole: output('Role'), file });
  return cloud.transfer.waitForExecution(workflowId, executionId);
}

const complete = (callback: string) =>
  journey.ringback(['complete', '-', '--succeed', '--json', '--table', journey.output('Ledger')], callback);

const statusOf = (id: string) => builds().find((build) => build.id === id)?.status;
const stopped = (id: string) => expect.poll(() => statusOf(id), { timeout: 30_000 }).toBe('STOPPED');

describe('a build that nobody waits for any more', () => {
  it('is stopped when its pipeline is stopped and the action abandoned, and its callback is open no longer', async () => {
    const pipelineExecutionId = await start('abandoned');
    const { id, callback } = await buildOf('abandoned');
    await codepipeline.send(
      new StopPipelineExecutionCommand({ pipelineName: 'abandoned', pipelineExecutionId, abandon: true }),
    );
    await stopped(id);
    const open = await journey.ringback(['open', '--json', '--table', journey.output('Ledger')]);
    expect(JSON.parse(open.stdout)).toMatchObject({ callbacks: [] });
    const late = await complete(callback);
    expect(JSON.parse(late.stdout)).toMatchObject({
      decision: 'failed',
      reason: expect.stringMatching(/was abandoned/),
    });
  });

  it('is stopped when somebody else answers, and that answer stands', async () => {
    const pipelineExecutionId = await start('approved');
    const { id, callback } = await buildOf('approved');
    const run = await complete(callback);
    expect(JSON.parse(run.stdout)).toMatchObject({ decision: 'succeeded', accepted: true });
    await stopped(id);
    expect(await journey.cloud.codepipeline.waitForExecution('approved', pipelineExecutionId)).toMatchObject({
      status: 'Succeeded',
    });
  });

  it.each([
    ['its time is over', 'in/slow.csv'],
    ['it is silent for too long', 'in/quiet.csv'],
  ])('is stopped when %s', async (_when, key) => {
    const before = builds().length;
    expect(await upload(key)).toMatchObject({ status: 'EXCEPTION' });
    await stopped(builds()[before]?.id ?? '');
  });

  it('is let alone as long as it tells that it lives', async () => {
    expect(await upload('in/busy.csv')).toMatchObject({ status: 'COMPLETED' });
  });

  it('hears from ringback progress that nobody waits, and may end itself', async () => {
    const pipelineExecutionId = await start('tells');
    await journey.cloud.codepipeline.waitForExecution('tells', pipelineExecutionId);
    expect(builds().at(-1)?.log).toEqual(expect.arrayContaining(['told: 0', 'told: 3']));
  });

  it('goes on to its own end after its own answer', async () => {
    const pipelineExecutionId = await start('goesOn');
    await journey.cloud.codepipeline.waitForExecution('goesOn', pipelineExecutionId);
    await expect.poll(() => builds().at(-1)?.status, { timeout: 30_000 }).toBe('SUCCEEDED');
    expect(builds().at(-1)?.log).toContain('cleans up');
  });
});

it('a build that waits shows in its pipeline how far it is', async () => {
  const { cloud, output } = journey;
  cloud.codebuild.limitBuilds({ running: 0, waiting: 5 });
  const pipelineExecutionId = await start('waits');
  cloud.clock.setSpeed(5);
  const waiting = async () => {
    const { stdout } = await journey.ringback(['open', '--json', '--table', output('Ledger')]);
    const { callbacks } = JSON.parse(stdout) as { callbacks: { id: string; state: string }[] };
    return callbacks.find(({ state }) => state === 'deferred')?.id;
  };
  await expect.poll(waiting, { timeout: 30_000 }).toBeDefined();
  const name = `codepipeline:${await waiting()}`;
  const progress = [
    'progress',
    name,
    '--percent',
    '40',
    '--summary',
    'waits for a machine',
    '--table',
    output('Ledger'),
  ];
  await expect.poll(async () => (await journey.ringback(progress)).stdout, { timeout: 30_000 }).toBe('noted\n');
  const actions = () => codepipeline.send(new ListActionExecutionsCommand({ pipelineName: 'waits' }));
  await expect.poll(async () => JSON.stringify(await actions()), { timeout: 30_000 }).toMatch(/waits for a machine/);
  cloud.codebuild.limitBuilds({});
  expect(await cloud.codepipeline.waitForExecution('waits', pipelineExecutionId)).toMatchObject({
    status: 'Succeeded',
  });
});
