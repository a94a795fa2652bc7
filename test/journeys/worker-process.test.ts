import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  AcknowledgeJobCommand,
  CodePipelineClient,
  PollForJobsCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { AwsError, createLocalCloud, type Interception, type LocalCloud, type WireCall } from 'ringback/local';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCli } from '../unit/cli/run-cli.ts';
import { startProxy } from './cuttable-proxy.ts';
import { writeWorkerAssembly } from './worker-assembly.ts';
import { PROCESS_WORKER, spawnWorker, type WorkerChild } from './worker-child.ts';

const CREDENTIALS = { accessKeyId: 'AKIAEXAMPLEEXAMPLE00', secretAccessKey: 'example' };
const SESSION_SECONDS = 900;
const LATER_MS = 20 * 60_000;
const actionTypeId = { category: 'Source', owner: 'Custom', provider: 'Bench', version: '1' } as const;

let cloud: LocalCloud;
let folder: string;
/** What nobody may do. */
let refused: string | undefined;
let gate: Server;
let openGate: () => void;
let answers: { readonly id: string; readonly kind: string; readonly detail: string }[];
const children: WorkerChild[] = [];

function refuse({ operation }: WireCall): Interception | undefined {
  if (operation !== refused) return undefined;
  return { kind: 'error', error: new AwsError('AccessDeniedException', 'not authorized') };
}

beforeEach(async () => {
  // The local cloud's sessions expire when a test says so; timers stay real.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  folder = mkdtempSync(path.join(tmpdir(), 'ringback-worker-'));
  refused = undefined;
  cloud = await createLocalCloud({ interceptors: [{ before: refuse }] });
  await cloud.deploy({ assembly: writeWorkerAssembly(folder, ['work', 'hang', 'wait', 'exit']) });
  answers = [];
  cloud.events.on('answer', ({ callbackId: id, kind, detail }) => void answers.push({ id, kind, detail }));
  const opened = Promise.withResolvers<void>();
  openGate = opened.resolve;
  gate = createServer((_, response) => void opened.promise.then(() => response.end()));
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  vi.useRealTimers();
  openGate();
  for (const child of children.splice(0)) child.kill('SIGKILL');
  gate.closeAllConnections();
  gate.close();
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

const withoutCredentials = (name: string) => {
  const address = gate.address();
  return {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: cloud.region,
    RINGBACK_LEDGER_TABLE: 'ledger',
    WORKER_NAME: name,
    GATE_URL: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    HOME: folder,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
};
const environment = (name: string) => ({
  ...withoutCredentials(name),
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
});

const client = () =>
  new CodePipelineClient({ endpoint: cloud.endpoint, region: cloud.region, credentials: CREDENTIALS });
const start = (pipeline: string) => client().send(new StartPipelineExecutionCommand({ name: pipeline }));

function next(event: 'answer' | 'delivery'): Promise<{ readonly callbackId: string }> {
  return new Promise((resolve) => {
    const stop = cloud.events.on(event, (happened) => {
      stop();
      resolve(happened);
    });
  });
}

function worker(
  args: readonly string[],
  env: Readonly<Record<string, string>> = environment('a process'),
): WorkerChild {
  const child = spawnWorker(args, { env });
  children.push(child);
  return child;
}

/** Starts a worker that stays, and resolves when it has acknowledged its first job. */
async function startWorker(...options: string[]) {
  const acknowledged = next('delivery');
  const child = worker(options);
  const { callbackId } = await acknowledged;
  return { child, jobId: callbackId };
}

describe('ringback worker', () => {
  it('does what is there and ends, when asked for one round', async () => {
    const answered = next('answer');
    await Promise.all([start('work'), start('work')]);
    const { code, stdout } = await runCli(['worker', PROCESS_WORKER, '--once', '--json'], {
      env: environment('the command'),
    });
    expect(code).toBe(0);
    await answered;
    expect(answers[0]).toMatchObject({ kind: 'succeeded', detail: 'done by the command' });
    const ended = stdout.split('\n').find((line) => line.includes('"ended"')) ?? '{}';
    const none = { running: 0, waiting: 0, left: 0, refused: 0, handedBack: 0, unanswered: 0, failedPolls: 0 };
    expect(JSON.parse(ended)).toEqual({ worker: 'ended', done: 2, ...none });
  });

  it('says that logic has ended the process of all jobs, exit code 1', async () => {
    await start('exit');
    const child = worker(['--once']);
    expect(await child.exit).toBe(1);
    expect(child.output()).toMatch(
      /ended from within, as process\.exit\(\) in its handler does, with 1 running and not answered/,
    );
  });

  it('says of jobs that it may not acknowledge that it has done none, exit code 1', async () => {
    await Promise.all([start('work'), start('work')]);
    refused = 'AcknowledgeJob';
    const { code, stdout, stderr } = await runCli(['worker', PROCESS_WORKER, '--once'], {
      env: environment('the command'),
    });
    expect(stdout).toMatch(/^worker ended: 0 running, 0 done, 2 could not be acknowledged$/m);
    expect(stderr).toMatch(/a job could not be acknowledged.*AccessDenied/);
    expect(code).toBe(1);
    expect(answers).toEqual([]);
  });

  it('says that it cannot read its ledger, where others may have left jobs, exit code 1', async () => {
    const env = { ...environment('the command'), RINGBACK_LEDGER_TABLE: 'nowhere' };
    const { code, stderr } = await runCli(['worker', PROCESS_WORKER, '--once'], { env });
    expect(stderr).toMatch(/abandoned jobs cannot be looked for.*ResourceNotFoundException/);
    expect(code).toBe(1);
  });

  it.each([
    [['worker'], /name the file of a handler/],
    [['worker', PROCESS_WORKER.replace('process-worker.ts', 'later.ts')], /no export "handler"/],
    [['worker', PROCESS_WORKER, '--action-type', 'Bake/It'], /category must be one of/],
    [['worker', PROCESS_WORKER, '--concurrency', '0'], /--concurrency must be a number from 1/],
  ])('refuses %j with exit code 2', async (args, message) => {
    const { code, stderr } = await runCli(args, { env: environment('x') });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('ringback worker, told to stop', () => {
  it('hands back what takes too long, and another worker can do it', async () => {
    await start('hang');
    const { child } = await startWorker('--grace', '0');
    child.kill('SIGTERM');
    expect(await child.exit).toBe(0);
    expect(answers).toMatchObject([{ kind: 'continued' }]);
    const { jobs } = await client().send(new PollForJobsCommand({ actionTypeId }));
    expect(jobs).toMatchObject([{ data: { continuationToken: expect.stringMatching(/^rb1:/) } }]);
  });

  it('lets a job end within its grace', async () => {
    await start('wait');
    const { child } = await startWorker('--grace', '3600');
    child.kill('SIGTERM');
    await child.written(/worker stopping: 1 job may take 3600 s/);
    openGate();
    expect(await child.exit).toBe(0);
    expect(answers).toMatchObject([{ kind: 'succeeded' }]);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends at once when it is told again by %s', async (signal) => {
    await start('hang');
    const { child } = await startWorker('--grace', '3600');
    child.kill('SIGTERM');
    await child.written(/worker stopping/);
    // Until it is heard: the same signal, right after the first, is taken for its echo.
    let code: number | null | undefined;
    void child.exit.then((ended) => {
      code = ended;
    });
    await vi.waitFor(() => {
      if (code === undefined) child.kill(signal);
      expect(code).toBe(1);
    }, 30_000);
    expect(answers).toEqual([]);
  });

  it.each([
    ['while it has nothing to do', 'SIGTERM', {}],
    ['when its terminal is closed', 'SIGHUP', {}],
    ['while it cannot reach anybody', 'SIGTERM', { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }],
  ] as const)('ends %s', async (_, signal, env) => {
    const child = worker(['--grace', '3600'], { ...environment('idle'), ...env });
    await child.written(/worker ready/);
    child.kill(signal);
    expect(await child.exit).toBe(0);
    expect(child.output()).toMatch(/worker ended: 0 running, 0 done/);
  });
});

describe('ringback worker, whose predecessor was killed', () => {
  it('answers its job failed, once, and leaves the jobs of all others alone', async () => {
    await start('hang');
    const { jobs: [foreign] = [] } = await client().send(new PollForJobsCommand({ actionTypeId }));
    await client().send(new AcknowledgeJobCommand({ jobId: foreign?.id ?? '', nonce: foreign?.nonce ?? '' }));
    await start('hang');
    await startWorker('--timeout', '3600', '--concurrency', '1');
    await start('hang');
    const { child: killed, jobId } = await startWorker('--timeout', '60', '--concurrency', '1');
    killed.kill('SIGKILL');
    await killed.exit;

    for (const round of [1, 2]) {
      const successor = spawnWorker(['--once'], { env: environment(`successor ${round}`), laterMs: LATER_MS });
      children.push(successor);
      expect(await successor.exit).toBe(0);
    }
    expect(answers).toMatchObject([
      { id: jobId, kind: 'failed', detail: expect.stringMatching(/ended without a word/) },
    ]);
  });

  it('gives the answer that was decided and did not get through', async () => {
    const reporting = Promise.withResolvers<void>();
    const way = await startProxy(cloud.endpoint, (operation) => {
      if (operation !== 'PutJobSuccessResult') return 'open';
      reporting.resolve();
      return 'silent';
    });
    await start('work');
    const killed = worker([], { ...environment('the dead'), AWS_ENDPOINT_URL: way.endpoint });
    await reporting.promise;
    killed.kill('SIGKILL');
    await killed.exit;
    await way.close();
    expect(answers).toEqual([]);

    const answered = next('answer');
    children.push(spawnWorker(['--once'], { env: environment('a successor'), laterMs: LATER_MS }));
    await answered;
    expect(answers).toMatchObject([{ kind: 'succeeded', detail: expect.stringContaining('done by the dead') }]);
  });
});

describe('ringback worker, whose credentials expire', () => {
  const profile = () => path.join(folder, 'credentials');
  const withProfile = () => ({ ...withoutCredentials('a process'), AWS_SHARED_CREDENTIALS_FILE: profile() });

  async function writeSession(): Promise<void> {
    const { endpoint, region } = cloud;
    const sts = new STSClient({ endpoint, region, credentials: CREDENTIALS });
    const { Credentials: session } = await sts.send(new GetSessionTokenCommand({ DurationSeconds: SESSION_SECONDS }));
    writeFileSync(
      profile(),
      `[default]\naws_access_key_id = ${session?.AccessKeyId}\naws_secret_access_key = ${session?.SecretAccessKey}\naws_session_token = ${session?.SessionToken}\n`,
    );
  }
  const expire = () => vi.setSystemTime(Date.now() + SESSION_SECONDS * 1_000 + 1);

  it('says so, and goes on when somebody has renewed the file that they stand in', async () => {
    await writeSession();
    expire();
    await start('work');
    const child = worker([], withProfile());
    await child.written(/jobs cannot be polled.*ExpiredTokenException.*renew the credentials/);
    const answered = next('answer');
    await writeSession();
    await answered;
    expect(answers).toMatchObject([{ kind: 'succeeded' }]);
    expect(child.output()).toMatch(/jobs are polled again/);
  });

  it('gives the answer of a job later that ends meanwhile', async () => {
    await writeSession();
    await start('wait');
    const acknowledged = next('delivery');
    const child = worker([], withProfile());
    await acknowledged;
    expire();
    openGate();
    await child.written(/jobs cannot be polled/);
    expect(answers).toEqual([]);
    const answered = next('answer');
    await writeSession();
    await answered;
    expect(answers).toMatchObject([{ kind: 'succeeded' }]);
  });

  it('repeats what their source says there is to do', async () => {
    await start('work');
    const missing = path.join(folder, 'session.json');
    const script = `const fs = require('node:fs'); try { process.stdout.write(fs.readFileSync(${JSON.stringify(missing)})) } catch { process.stderr.write('the session is over'); process.exit(1) }`;
    const command = path.join(folder, 'source.cjs');
    writeFileSync(command, script);
    const config = path.join(folder, 'config');
    writeFileSync(config, `[default]\ncredential_process = ${process.execPath} ${command}\n`);
    const child = worker([], { ...withoutCredentials('a process'), AWS_CONFIG_FILE: config });
    await child.written(/jobs cannot be polled.*for want of credentials.*the session is over.*aws sso login/);
    const answered = next('answer');
    const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey } = CREDENTIALS;
    writeFileSync(missing, JSON.stringify({ Version: 1, AccessKeyId, SecretAccessKey }));
    await answered;
    expect(answers).toMatchObject([{ kind: 'succeeded' }]);
  });
});
