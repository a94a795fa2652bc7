import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import type { LocalCloud } from 'ringback/local';
import { afterEach, describe, expect, it } from 'vitest';
import { foreignWorker } from './foreign-worker.ts';
import { findHalfClaims } from './half-claims.ts';
import { type Journey, startJourney } from './journey.ts';
import { declareRace } from './race-stack.ts';

/** A few hundred jobs show every race; `RINGBACK_RACE_JOBS=1000` plays the long one. */
const JOBS = Number(process.env.RINGBACK_RACE_JOBS ?? 150);
const WORKERS = 20;
/** A process dies at one call of a hundred, before or after it, and one answer of CodePipeline in fifty is lost. */
const FAULTS = [
  { kind: 'kill', moment: 'before', probability: 0.01, times: JOBS / 10 },
  { kind: 'kill', moment: 'after', probability: 0.01, times: JOBS / 10 },
  { kind: 'lost', service: 'codepipeline', probability: 0.02, times: JOBS / 10 },
] as const;

let journey: Journey | undefined;
afterEach(() => journey?.close());

/** Starts the local cloud with the worker, and counts. */
async function startRace(environment: Readonly<Record<string, string>> = {}) {
  const options = { speed: 300, maxEnvironments: WORKERS, faultSeed: 7, faults: FAULTS };
  journey = await startJourney('Race', declareRace(undefined, environment), options);
  const { cloud, output } = journey;
  const client = new CodePipelineClient(journey.client);
  const seen = watch(cloud, output('DeadLetters'));
  return {
    client,
    seen,
    /** Starts all jobs. Resolves when each has been answered or is left to a person. */
    async play() {
      const start = new StartPipelineExecutionCommand({ name: output('PipelineName') });
      for (let job = 0; job < JOBS; job++) await client.send(start);
      await seen.settled;
    },
  };
}

/** What became of each job, as CodePipeline and the dead-letter queue saw it. */
function watch(cloud: LocalCloud, deadLetters: string) {
  const claimedBy = new Map<string, 'ours' | 'foreign'>();
  const answers = new Map<string, string[]>();
  const leftToPeople = new Set<string>();
  const strangers: string[] = [];
  const halfClaims = findHalfClaims(cloud);
  const { promise: settled, resolve } = Promise.withResolvers<void>();
  const check = () => {
    if (new Set([...answers.keys(), ...leftToPeople]).size === JOBS) resolve();
  };
  // Emitted by the claim itself, so also where its answer never arrived.
  cloud.events.on('delivery', ({ callbackId, functionName }) =>
    claimedBy.set(callbackId, functionName === undefined ? 'foreign' : 'ours'),
  );
  cloud.events.on('call', ({ operation, principal, error, input }) => {
    if (!operation.startsWith('PutJob')) return;
    const { jobId = '' } = input as { jobId?: string };
    const who = principal.includes(':assumed-role/') ? 'ours' : 'foreign';
    if (claimedBy.get(jobId) !== who) strangers.push(`${who} ${jobId} ${error ?? 'taken'}`);
  });
  cloud.events.on('answer', ({ callbackId, kind }) => {
    answers.set(callbackId, [...(answers.get(callbackId) ?? []), kind]);
    check();
  });
  cloud.queues.onVisible(deadLetters, () => {
    for (const { body } of cloud.queues.receive(deadLetters, 10)) {
      const { requestPayload } = JSON.parse(body) as { requestPayload: { 'ringback.job': { job: { id: string } } } };
      leftToPeople.add(requestPayload['ringback.job'].job.id);
    }
    check();
  });
  return {
    claimedBy,
    halfClaims,
    strangers,
    leftToPeople,
    settled,
    notOnce: () => [...answers].filter(([, kinds]) => kinds.length !== 1 || kinds[0] === 'timedOut'),
    unanswered: () => [...leftToPeople].filter((id) => !answers.has(id)),
    countClaims: (who: 'ours' | 'foreign') => [...claimedBy.values()].filter((claimant) => claimant === who).length,
  };
}

describe(`${WORKERS} workers, ${JOBS} jobs, and processes that die`, { timeout: 400_000 }, () => {
  it('answer each job once, and report none that they have not claimed', async () => {
    const { seen, play } = await startRace();
    await play();
    expect(seen.notOnce()).toEqual([]);
    expect(seen.strangers).toEqual([]);
    expect(seen.unanswered()).toEqual([]);
  });

  it('report none of a worker of another make beside them, and leave to a person what nobody can tell', async () => {
    const { client, seen, play } = await startRace({ SHARED: 'yes' });
    const ending = new AbortController();
    const foreign = foreignWorker(client, ending.signal);
    await play();
    ending.abort();
    const foreignJobs = await foreign;

    expect(seen.notOnce()).toEqual([]);
    expect(seen.strangers).toEqual([]);
    expect(seen.countClaims('foreign')).toBe(foreignJobs);
    expect(foreignJobs).toBeGreaterThan(0);
    // Only a death between a claim and its note may end there; how many there are is chance.
    expect(seen.unanswered().filter((id) => seen.claimedBy.get(id) !== 'ours')).toEqual([]);
    expect(seen.unanswered().filter((id) => !seen.halfClaims.has(id))).toEqual([]);
  });
});
