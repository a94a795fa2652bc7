import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { createLocalCloud, type LocalCloud } from 'ringback/local';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../unit/cli/run-cli.ts';
import { writeWorkerAssembly } from './worker-assembly.ts';

const WORKER = fileURLToPath(new URL('fixtures/process-worker.ts', import.meta.url));
const MAIN = fileURLToPath(new URL('../../lib/cli/main.ts', import.meta.url));
const CREDENTIALS = { accessKeyId: 'AKIAEXAMPLEEXAMPLE00', secretAccessKey: 'example' };

let cloud: LocalCloud;
let folder: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ringback-worker-'));
  cloud = await createLocalCloud();
  await cloud.deploy({ assembly: writeWorkerAssembly(folder, ['work', 'hang']) });
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

const environment = (name: string) => ({
  AWS_ENDPOINT_URL: cloud.endpoint,
  AWS_REGION: cloud.region,
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  RINGBACK_LEDGER_TABLE: 'ledger',
  WORKER_NAME: name,
});

function start(pipeline: string): Promise<unknown> {
  const { endpoint, region } = cloud;
  const client = new CodePipelineClient({ endpoint, region, credentials: CREDENTIALS });
  return client.send(new StartPipelineExecutionCommand({ name: pipeline }));
}

function nextAnswer(): Promise<{ readonly kind: string; readonly detail: string }> {
  return new Promise((resolve) => {
    const stop = cloud.events.on('answer', (answer) => {
      stop();
      resolve(answer);
    });
  });
}

/** Starts a worker that stays, and resolves when it has claimed its first job. */
async function startWorker(...options: string[]): Promise<ChildProcess> {
  const claimed = new Promise<void>((resolve) => {
    const stop = cloud.events.on('delivery', () => {
      stop();
      resolve();
    });
  });
  const child = spawn(process.execPath, ['--conditions=ringback-source', MAIN, 'worker', WORKER, ...options], {
    env: { PATH: process.env.PATH, ...environment('a process') },
    stdio: 'ignore',
  });
  children.push(child);
  await claimed;
  return child;
}

const exitOf = (child: ChildProcess) => new Promise<number | null>((resolve) => child.on('exit', resolve));

describe('ringback worker', () => {
  it('does what is there and ends, when asked for one round', async () => {
    const answer = nextAnswer();
    await Promise.all([start('work'), start('work')]);
    const { code, stdout } = await runCli(['worker', WORKER, '--once', '--json'], { env: environment('the command') });
    expect(code).toBe(0);
    expect(await answer).toMatchObject({ kind: 'succeeded', detail: 'done by the command' });
    const ended = stdout.split('\n').find((line) => line.includes('"ended"')) ?? '{}';
    expect(JSON.parse(ended)).toEqual({ worker: 'ended', running: 0, done: 2, handedBack: 0, failedPolls: 0 });
  });

  it('hands a job back when it is told to stop, and another worker does it', async () => {
    await start('hang');
    const worker = await startWorker('--grace', '0');
    const answer = nextAnswer();
    const exit = exitOf(worker);
    worker.kill('SIGTERM');
    expect(await answer).toMatchObject({ kind: 'continued' });
    expect(await exit).toBe(0);
    const { endpoint, region } = cloud;
    const { PollForJobsCommand } = await import('@aws-sdk/client-codepipeline');
    const { jobs } = await new CodePipelineClient({ endpoint, region, credentials: CREDENTIALS }).send(
      new PollForJobsCommand({
        actionTypeId: { category: 'Source', owner: 'Custom', provider: 'Bench', version: '1' },
      }),
    );
    expect(jobs).toMatchObject([{ data: { continuationToken: 'handed back' } }]);
  });

  it.each([
    [['worker'], /name the file of a handler/],
    [['worker', MAIN.replace('main.ts', 'terminal.ts')], /no export "handler"/],
    [['worker', WORKER, '--action-type', 'Bake/It'], /category must be one of/],
    [['worker', WORKER, '--concurrency', '0'], /--concurrency must be a number from 1/],
  ])('refuses %j with exit code 2', async (args, message) => {
    const { code, stderr } = await runCli(args, { env: environment('x') });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
