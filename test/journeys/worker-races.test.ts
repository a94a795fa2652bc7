import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  AcknowledgeJobCommand,
  CodePipelineClient,
  PollForJobsCommand,
  PutJobSuccessResultCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { createLocalCloud, type LocalCloud } from 'ringback/local';
import { afterAll, describe, expect, it } from 'vitest';
import { RACE_STACK, synthesizeRace } from './race-app.ts';

/** A few hundred jobs show every race; `RINGBACK_RACE_JOBS=1000` plays the long one. */
const JOBS = Number(process.env.RINGBACK_RACE_JOBS ?? 150);
const WORKERS = 20;
const CREDENTIALS = { accessKeyId: 'AKIAEXAMPLEEXAMPLE00', secretAccessKey: 'example' };
const actionTypeId = { category: 'Source', owner: 'Custom', provider: 'Race', version: '1' } as const;

const folder = mkdtempSync(path.join(tmpdir(), 'ringback-race-'));
let cloud: LocalCloud | undefined;
afterAll(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What became of each job, as CodePipeline saw it. */
function watch(watched: LocalCloud) {
  const claimedBy = new Map<string, string>();
  const answers = new Map<string, string[]>();
  const strangers: string[] = [];
  const done = Promise.withResolvers<void>();
  // Emitted by the claim itself, so also where its answer never arrived.
  watched.events.on('delivery', ({ callbackId, functionName }) =>
    claimedBy.set(callbackId, functionName === undefined ? 'foreign' : 'ours'),
  );
  watched.events.on('call', ({ operation, principal, error, input }) => {
    if (!operation.startsWith('PutJob')) return;
    const { jobId = '' } = input as { jobId?: string };
    const who = principal.includes(':assumed-role/') ? 'ours' : 'foreign';
    if (claimedBy.get(jobId) !== who) strangers.push(`${who} ${jobId} ${error ?? 'taken'}`);
  });
  watched.events.on('answer', ({ callbackId, kind }) => {
    answers.set(callbackId, [...(answers.get(callbackId) ?? []), kind]);
    if (answers.size === JOBS) done.resolve();
  });
  return { claimedBy, answers, strangers, done: done.promise };
}

/** A worker that is not ours, on the same queue. */
async function foreignWorker(client: CodePipelineClient, stop: AbortSignal): Promise<number> {
  let answered = 0;
  while (!stop.aborted) {
    const { jobs = [] } = await client.send(new PollForJobsCommand({ actionTypeId, maxBatchSize: 1 }));
    for (const { id: jobId, nonce } of jobs) {
      const { status } = await client.send(new AcknowledgeJobCommand({ jobId, nonce }));
      if (status !== 'InProgress') continue;
      await client.send(new PutJobSuccessResultCommand({ jobId }));
      answered++;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return answered;
}

describe(`${WORKERS} workers, ${JOBS} jobs, a foreign worker beside them, and processes that die`, () => {
  it('answer each job once, and report none that they have not claimed', { timeout: 300_000 }, async () => {
    cloud = await createLocalCloud({
      speed: 300,
      maxEnvironments: WORKERS,
      faultSeed: 7,
      faults: [
        { kind: 'kill', moment: 'before', probability: 0.01, times: JOBS / 10 },
        { kind: 'kill', moment: 'after', probability: 0.01, times: JOBS / 10 },
        { kind: 'lost', service: 'codepipeline', probability: 0.02, times: JOBS / 10 },
      ],
    });
    const deployment = await cloud.deploy({ assembly: synthesizeRace(folder) });
    const name = String(deployment.stacks.find((stack) => stack.name === RACE_STACK)?.outputs.PipelineName);
    const seen = watch(cloud);
    const { endpoint, region } = cloud;
    const client = new CodePipelineClient({ endpoint, region, credentials: CREDENTIALS });
    const stop = new AbortController();
    const foreign = foreignWorker(client, stop.signal);
    for (let job = 0; job < JOBS; job++) await client.send(new StartPipelineExecutionCommand({ name }));

    await seen.done;
    stop.abort();
    const foreignJobs = await foreign;

    expect([...seen.answers].filter(([, kinds]) => kinds.length !== 1 || kinds[0] === 'timedOut')).toEqual([]);
    expect(seen.strangers).toEqual([]);
    expect([...seen.claimedBy.values()].filter((who) => who === 'foreign')).toHaveLength(foreignJobs);
    expect(foreignJobs).toBeGreaterThan(0);
  });
});
