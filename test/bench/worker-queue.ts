import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { callJson, createConnection } from '../../lib/aws/index.ts';
import { createLocalCloud, type LocalCloud } from '../../lib/local/index.ts';
import { RACE_STACK, synthesizeRace } from '../journeys/race-app.ts';
import { writeWorkerAssembly } from '../journeys/worker-assembly.ts';
import { median } from './median.ts';

const MAIN = fileURLToPath(new URL('../../lib/cli/main.ts', import.meta.url));
const WORKER = fileURLToPath(new URL('../journeys/fixtures/process-worker.ts', import.meta.url));
const CREDENTIALS = { accessKeyId: 'AKIAEXAMPLEEXAMPLE00', secretAccessKey: 'example' };
/** Linux counts a process's time in hundredths of a second. */
const TICK_MS = 10;

/** How a queue was drained by one worker process. */
export interface Drain {
  readonly jobs: number;
  readonly perSecond: number;
  /** Of the worker alone, in milliseconds; undefined where the system does not tell. */
  readonly cpuMsPerJob: number | undefined;
  /** Of the worker, at a tenth, half and the end of the queue, in MiB. */
  readonly memoryMb: readonly (number | undefined)[];
}

/** Fills a queue with jobs, then lets one `ringback worker` drain it, with the ledger in a table on loopback. */
export async function measureDrain(jobs: number, concurrency: number): Promise<Drain> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringback-drain-'));
  const cloud = await createLocalCloud();
  try {
    await cloud.deploy({ assembly: writeWorkerAssembly(folder, ['work']) });
    const queued = new Promise<void>((resolve) => {
      let started = 0;
      cloud.events.on('state', ({ resource, state }) => {
        if (resource === 'work/Work/Job' && state === 'STARTED' && ++started === jobs) resolve();
      });
    });
    const client = clientOf(cloud);
    for (let job = 0; job < jobs; job++) await client.send(new StartPipelineExecutionCommand({ name: 'work' }));
    await queued;

    const worker = spawn(
      process.execPath,
      ['--conditions=ringback-source', MAIN, 'worker', WORKER, '--concurrency', String(concurrency), '--health', '0'],
      { env: { PATH: process.env.PATH, POWERTOOLS_LOG_LEVEL: 'ERROR', ...environmentOf(cloud) }, stdio: 'ignore' },
    );
    const memoryMb: (number | undefined)[] = [];
    let first = 0;
    let answered = 0;
    let cpu: number | undefined;
    const took = await new Promise<number>((resolve) => {
      cloud.events.on('answer', () => {
        answered++;
        if (answered === 1) first = performance.now();
        if ([Math.ceil(jobs / 10), Math.ceil(jobs / 2), jobs].includes(answered)) memoryMb.push(memoryOf(worker.pid));
        if (answered < jobs) return;
        cpu = cpuOf(worker.pid);
        resolve(performance.now() - first);
      });
    });
    const gone = new Promise((resolve) => worker.on('exit', resolve));
    worker.kill('SIGTERM');
    await gone;
    return {
      jobs,
      perSecond: (1000 * jobs) / took,
      cpuMsPerJob: cpu === undefined ? undefined : cpu / jobs,
      memoryMb,
    };
  } finally {
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How long it takes from the start of an action to the claim of its job, in milliseconds of simulated time. */
export async function measureWakeUp(way: 'event' | 'schedule', rounds: number): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringback-wake-'));
  const cloud = await createLocalCloud({ speed: 60 });
  try {
    const deployment = await cloud.deploy({ assembly: synthesizeRace(folder) });
    const outputs = deployment.stacks.find(({ name }) => name === RACE_STACK)?.outputs ?? {};
    const name = String(outputs.PipelineName);
    if (way === 'schedule') await switchEventsOff(cloud);
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push(await startToClaim(cloud, name));
    return median(times);
  } finally {
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startToClaim(cloud: LocalCloud, name: string): Promise<number> {
  let startedAt = 0;
  const claimed = new Promise<number>((resolve) => {
    const stops = [
      cloud.events.on('state', ({ resource, state }) => {
        if (resource.endsWith('/Work/Job') && state === 'STARTED') startedAt = cloud.clock.now();
      }),
      cloud.events.on('answer', () => {
        for (const stop of stops) stop();
        resolve(claimedAt);
      }),
      cloud.events.on('delivery', () => {
        claimedAt = cloud.clock.now();
      }),
    ];
    let claimedAt = 0;
  });
  await clientOf(cloud).send(new StartPipelineExecutionCommand({ name }));
  return (await claimed) - startedAt;
}

/** Disables the rule that wakes the worker by events, so that the clock alone does. */
async function switchEventsOff(cloud: LocalCloud): Promise<void> {
  const connection = createConnection({ env: environmentOf(cloud) });
  const api = { service: 'events', targetPrefix: 'AWSEvents', jsonVersion: '1.1' } as const;
  const { Rules } = (await callJson(connection, api, 'ListRules', {})) as {
    Rules: { Name: string; EventPattern?: string }[];
  };
  for (const { Name, EventPattern } of Rules) {
    if (EventPattern !== undefined) await callJson(connection, api, 'DisableRule', { Name });
  }
}

function environmentOf(cloud: LocalCloud) {
  return {
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    RINGBACK_LEDGER_TABLE: 'ledger',
  };
}

function clientOf({ endpoint, region }: LocalCloud): CodePipelineClient {
  return new CodePipelineClient({ endpoint, region, credentials: CREDENTIALS });
}

function cpuOf(pid: number | undefined): number | undefined {
  const fields = read(`/proc/${pid}/stat`)?.split(') ')[1]?.split(' ');
  return fields === undefined ? undefined : TICK_MS * (Number(fields[11]) + Number(fields[12]));
}

function memoryOf(pid: number | undefined): number | undefined {
  const kib = /VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return kib === undefined ? undefined : Math.round(Number(kib) / 1024);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { jobs: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '9' } },
  });
  const drain = await measureDrain(Number(values.jobs), 20);
  const rounds = Number(values.rounds);
  const wakeUpMs = { event: await measureWakeUp('event', rounds), schedule: await measureWakeUp('schedule', rounds) };
  process.stdout.write(`${JSON.stringify({ drain, wakeUpMs })}\n`);
}
