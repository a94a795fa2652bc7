import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { environmentVariables } from '../../lib/constants.ts';
import { type Loopback, startLoopback } from './loopback.ts';
import { cpuMsOf, memoryMbOf } from './process-usage.ts';

/** How the worker process of a bench is started. */
export interface WorkerProcess {
  /** For Node. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const MAIN = fileURLToPath(new URL('../../lib/cli/main.ts', import.meta.url));
const WORKER = fileURLToPath(new URL('../journeys/fixtures/process-worker.ts', import.meta.url));
/** How often the worker's memory is looked at. */
const SAMPLES = 10;
/** A queue that nothing leaves for so long is stuck, in milliseconds. */
const PATIENCE_MS = 60_000;

/** How a queue was drained by one worker process. */
export interface Drain {
  readonly jobs: number;
  readonly perSecond: number;
  /** Of the worker alone, its start included, in milliseconds; undefined where the system does not tell. */
  readonly cpuMsPerJob: number | undefined;
  /** Of the worker, after each tenth of the queue, in MiB. */
  readonly memoryMb: readonly (number | undefined)[];
}

/** `ringback worker`, from source. */
export function ringbackWorker(concurrency: number): WorkerProcess {
  const options = ['--concurrency', String(concurrency), '--health', '0'];
  return { args: ['--conditions=ringback-source', MAIN, 'worker', WORKER, ...options] };
}

/** The hand-written worker. */
export function handWrittenWorker(file: string, concurrency: number): WorkerProcess {
  return { args: [file], env: { CONCURRENCY: String(concurrency) } };
}

/** Fills a queue with jobs, then lets one worker process drain it. Whom it asks answers at once, and without thought. */
export async function measureDrain(jobs: number, { args, env }: WorkerProcess): Promise<Drain> {
  const queue = Array.from({ length: jobs }, offeredJob);
  const memoryMb: (number | undefined)[] = [];
  const { promise: drained, resolve, reject } = Promise.withResolvers<void>();
  const stuck = setTimeout(() => reject(new Error(`stuck at ${answered} of ${jobs} jobs`)), PATIENCE_MS);
  let answered = 0;
  let startedAt = 0;
  const loopback = await startLoopback({
    answers: {
      PollForJobs: ({ maxBatchSize }) => ({ jobs: queue.splice(0, Number(maxBatchSize)) }),
      AcknowledgeJob: () => ({ status: 'InProgress' }),
      PutJobSuccessResult: () => {
        if (++answered === 1) startedAt = performance.now();
        if (answered % Math.ceil(jobs / SAMPLES) === 0) memoryMb.push(memoryMbOf(worker.pid));
        if (answered === jobs) resolve();
        stuck.refresh();
        return {};
      },
      PutJobFailureResult: ({ failureDetails }) => {
        reject(new Error(`a job failed: ${JSON.stringify(failureDetails)}`));
        return {};
      },
    },
  });
  const worker = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, POWERTOOLS_LOG_LEVEL: 'ERROR', ...environmentOf(loopback), ...env },
    stdio: 'ignore',
  });
  try {
    await drained;
    const took = performance.now() - startedAt;
    const cpu = cpuMsOf(worker.pid);
    return {
      jobs,
      perSecond: (1000 * (jobs - 1)) / took,
      cpuMsPerJob: cpu === undefined ? undefined : cpu / jobs,
      memoryMb,
    };
  } finally {
    clearTimeout(stuck);
    await end(worker);
    await loopback.close();
  }
}

function environmentOf({ endpoint }: Loopback): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00',
    AWS_SECRET_ACCESS_KEY: 'example',
    [environmentVariables.ledgerTable]: 'Ledger',
  };
}

/** A job as `PollForJobs` offers it, without artifacts. */
function offeredJob(): object {
  return {
    id: randomUUID(),
    nonce: '3',
    accountId: '123456789012',
    data: {
      actionTypeId: { category: 'Source', owner: 'Custom', provider: 'Bench', version: '1' },
      actionConfiguration: { configuration: {} },
      pipelineContext: {
        pipelineName: 'work',
        stage: { name: 'Work' },
        action: { name: 'Job', actionExecutionId: randomUUID() },
        pipelineExecutionId: randomUUID(),
      },
      inputArtifacts: [],
      outputArtifacts: [],
    },
  };
}

async function end(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null) return;
  const gone = new Promise((resolve) => worker.on('exit', resolve));
  worker.kill('SIGTERM');
  await gone;
}
