import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { succeed } from 'ringback/codepipeline';
import { createLocalCloud, type LocalCloud } from 'ringback/local';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createConnection, type TimeSource } from '../../lib/aws/index.ts';
import { startWorkerLoop, type WorkerLoop } from '../../lib/cli/worker/worker-loop.ts';
import { jobWorkerWith } from '../../lib/codepipeline/worker/job-worker.ts';
import { createDynamoDbLedger } from '../../lib/core/ledger/dynamodb-ledger.ts';
import type { Runtime } from '../../lib/core/runtime.ts';
import { createRedactor } from '../../lib/core/secrets/redactor.ts';
import { listenForStrayErrors } from '../../lib/core/stray-errors.ts';
import { type CuttableProxy, startProxy, type Way } from './cuttable-proxy.ts';
import { writeWorkerAssembly } from './worker-assembly.ts';

const MINUTE = 60_000;
const TIMEOUT_MS = 15 * MINUTE;
const CREDENTIALS = { accessKeyId: 'AKIAEXAMPLEEXAMPLE00', secretAccessKey: 'example' };

/** The clock of the worker, its ledger and the local cloud: it stands still, but for those who sleep. */
const time: TimeSource = {
  now: () => Date.now(),
  random: () => 0.5,
  async sleep(ms) {
    vi.setSystemTime(Date.now() + ms);
  },
};

let cloud: LocalCloud;
let folder: string;
let proxy: CuttableProxy;
let stop: AbortController;
let loop: WorkerLoop;
let logicRuns: number;
let lines: { readonly level: string; readonly message: string; readonly reason?: string }[];
let onLine: (message: string) => void;
let answers: string[];
/** What becomes of the next requests, by the worker's clock and their operation. */
let wayOf: (operation: string | undefined) => Way;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  folder = mkdtempSync(path.join(tmpdir(), 'ringback-outage-'));
  cloud = await createLocalCloud();
  await cloud.deploy({ assembly: writeWorkerAssembly(folder, ['work']) });
  answers = [];
  cloud.events.on('answer', ({ kind, detail }) => void answers.push(`${kind} ${detail}`));
  wayOf = () => 'open';
  proxy = await startProxy(cloud.endpoint, (operation) => wayOf(operation));
  stop = new AbortController();
  lines = [];
  onLine = () => undefined;
  logicRuns = 0;
});
afterEach(async () => {
  stop.abort();
  await loop.ended;
  // Not before: the worker sets it as long as it runs.
  vi.useRealTimers();
  await proxy.close();
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

function startWorker(logic: () => void = () => undefined): void {
  const env = { AWS_ENDPOINT_URL: proxy.endpoint, AWS_REGION: cloud.region };
  const connection = createConnection({ env, credentials: async () => CREDENTIALS });
  const [ownLines, onOwnLine] = [lines, onLine];
  const write =
    (level: string) =>
    (message: string, fields: object = {}) => {
      ownLines.push({ level, message, ...fields });
      onOwnLine(message);
    };
  const runtime: Runtime = {
    connection,
    connect: () => connection,
    ledger: createDynamoDbLedger({ tableName: 'ledger', connection, time }),
    ledgerName: 'the table ledger',
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    redactor: createRedactor(),
    time,
    onCrash: 'fail',
    lastResort: true,
    uuid: () => crypto.randomUUID(),
    print: () => undefined,
    listenForStrayErrors,
  };
  const handler = jobWorkerWith(
    () => runtime,
    () => {
      logicRuns++;
      logic();
      return succeed({ summary: `run ${logicRuns}` });
    },
    { actionType: { category: 'Source', provider: 'Bench' } },
  );
  loop = startWorkerLoop({
    handler,
    source: handler.jobSource(),
    name: 'worker',
    concurrency: 2,
    timeoutMs: TIMEOUT_MS,
    graceMs: 0,
    once: false,
    signal: stop.signal,
  });
}

function startPipeline(): Promise<unknown> {
  const { endpoint, region } = cloud;
  const client = new CodePipelineClient({ endpoint, region, credentials: CREDENTIALS });
  return client.send(new StartPipelineExecutionCommand({ name: 'work' }));
}

/** Breaks the way for `forMs` of the worker's time; the first request may fare otherwise. */
function cut(forMs: number, first: Way = 'reset'): Way {
  const until = time.now() + forMs;
  wayOf = () => (time.now() < until ? 'reset' : 'open');
  return first;
}

/** Breaks the way at the first request for an operation. */
function cutAt(operation: string, forMs: number, first: Way): void {
  wayOf = (asked) => (asked === operation ? cut(forMs, first) : 'open');
}

const nextAnswer = () =>
  new Promise<void>((resolve) => {
    const off = cloud.events.on('answer', () => {
      off();
      resolve();
    });
  });

const nextLine = (message: RegExp) =>
  new Promise<void>((resolve) => {
    onLine = (line) => message.test(line) && resolve();
  });

const told = (level: string) => lines.filter((line) => line.level === level);

describe('a worker that loses the network', () => {
  it('in idle, for two hours, tells of it every ten minutes and does what it finds then', async () => {
    const answered = nextAnswer();
    cut(120 * MINUTE);
    startWorker();
    await startPipeline();
    await answered;
    const troubles = told('error').filter(({ message }) => message === 'jobs cannot be polled; trying again');
    expect(troubles.length).toBeGreaterThanOrEqual(8);
    expect(troubles.length).toBeLessThanOrEqual(13);
    expect(lines).toContainEqual(
      expect.objectContaining({
        message: 'jobs are polled again',
        after: expect.stringMatching(/^(1 h 5\d min|2 h.*)$/),
      }),
    );
    expect(answers).toEqual(['succeeded run 1']);
  });

  it.each([
    ['before its entry is taken', 'UpdateItem', 'reset'],
    ['before its entry is known to be taken', 'UpdateItem', 'answer lost'],
    ['before the job is acknowledged', 'AcknowledgeJob', 'reset'],
    ['before the answer is given', 'PutJobSuccessResult', 'reset'],
    ['before the answer is known to be given', 'PutJobSuccessResult', 'answer lost'],
    ['at the answer, without a word', 'PutJobSuccessResult', 'silent'],
  ] as const)('%s, does the job once and answers it once', async (_, operation, way) => {
    const through = nextLine(/^(answered|settled already|the job is through|the last resort answered)$/);
    cutAt(operation, 40 * MINUTE, way);
    startWorker();
    await startPipeline();
    await through;
    expect(answers).toEqual(['succeeded run 1']);
    expect(logicRuns).toBe(1);
    expect([...told('warn'), ...told('error')].length).toBeLessThan(12);
  });

  // The second write of an entry notes the acknowledgement, the third one stores the decision.
  it.each([
    ['before it is noted that the job is acknowledged', 2, 'reset'],
    ['before that is known to be noted', 2, 'answer lost'],
    ['before the decision is stored', 3, 'reset'],
    ['before it is known to be stored', 3, 'answer lost'],
  ] as const)('%s, does the job once and answers it once', async (_, write, way) => {
    const through = nextLine(/^(answered|settled already|the job is through|the last resort answered)$/);
    let writes = 0;
    wayOf = (asked) => (asked === 'UpdateItem' && ++writes === write ? cut(40 * MINUTE, way) : 'open');
    startWorker();
    await startPipeline();
    await through;
    expect(answers).toEqual(['succeeded run 1']);
    expect(logicRuns).toBe(1);
  });

  it('for its acknowledgements alone, does the job once', async () => {
    const answered = nextAnswer();
    const until = time.now() + 5 * MINUTE;
    wayOf = (operation) => (operation === 'AcknowledgeJob' && time.now() < until ? 'reset' : 'open');
    startWorker();
    await startPipeline();
    await answered;
    expect(answers).toEqual(['succeeded run 1']);
    expect(logicRuns).toBe(1);
  });

  it('before the acknowledgement is known, answers it once', async () => {
    const answered = nextAnswer();
    cutAt('AcknowledgeJob', 40 * MINUTE, 'answer lost');
    startWorker();
    await startPipeline();
    await answered;
    expect(answers).toHaveLength(1);
    expect(logicRuns).toBeLessThan(2);
  });

  it('while the logic runs, for longer than a job may take, keeps its outcome', async () => {
    const answered = nextAnswer();
    startWorker(() => cut(3 * TIMEOUT_MS));
    await startPipeline();
    await answered;
    expect(answers).toEqual(['succeeded run 1']);
  });
});
