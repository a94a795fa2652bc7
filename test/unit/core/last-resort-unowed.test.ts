import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobService } from '../../../lib/codepipeline/services/job-service.ts';
import { failedEnd, fitted } from '../../../lib/core/decision.ts';
import { createLastResort } from '../../../lib/core/last-resort/last-resort.ts';
import type { Acknowledgement, Service } from '../../../lib/core/service.ts';
import { LAST_RESORT_MAX_RECEIVES } from '../../../lib/lifetimes.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';
import { askedJob } from './asked-job.ts';

const id = '00000000-0000-0000-0000-000000000001';
const asked = askedJob(id);
const { key } = asked;

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(() => runtime.close());

/** A service whose jobs must be acknowledged, and which sends events that ask for no answer. */
function service(acknowledgement: Acknowledgement, shared: boolean): Service {
  return {
    ...jobService,
    acknowledge: async () => acknowledgement,
    wantsAcknowledgement: () => true,
    isShared: () => shared,
    describeUnowed: (event) => ((event as { ping?: boolean }).ping ? 'a ping' : undefined),
  };
}

/** What the service says of the job, whether others work there, and how often the message was received. */
interface Situation {
  readonly acknowledgement?: Acknowledgement;
  readonly shared?: boolean;
  readonly receives?: number;
}

async function lastResort(
  event: unknown,
  { acknowledgement = 'unknown', shared = false, receives = 1 }: Situation = {},
): Promise<{ readonly kept: boolean; readonly answers: number }> {
  const attributes = { ApproximateReceiveCount: String(receives) };
  // The first service knows none of these events.
  const services = [
    { ...service(acknowledgement, shared), recognise: () => undefined, describeUnowed: () => undefined },
  ];
  const { batchItemFailures } = await createLastResort([...services, service(acknowledgement, shared)], () => runtime)(
    { Records: [{ messageId: 'message-1', body: JSON.stringify(event), attributes }] },
    lambdaContext(),
  );
  return { kept: batchItemFailures.length > 0, answers: runtime.service.answers.length };
}

describe('what nobody waits for', () => {
  it('is dropped with a line in the log', async () => {
    expect(await lastResort({ ping: true })).toEqual({ kept: false, answers: 0 });
    expect(runtime.lines.at(-1)).toContain('a ping');
  });

  it('is told from what cannot be read, which stays', async () => {
    expect(await lastResort({ pong: true })).toEqual({ kept: true, answers: 0 });
  });
});

const take = () => runtime.ledger.take(asked, { owner: 'o', requestId: 'r', until: runtime.time.now() + 10 }, Infinity);

describe('a job that must be acknowledged before it is answered', () => {
  const event = pipelineJobEvent({ id });

  it('is dropped where the ledger knows nothing of it', async () => {
    expect(await lastResort(event)).toEqual({ kept: false, answers: 0 });
    expect(await runtime.ledger.read(key, Infinity)).toBeUndefined();
  });

  it('is dropped where its entry was given back and nobody noted an acknowledgement', async () => {
    await take();
    await runtime.ledger.giveBack(key, 'o', {}, Infinity);
    expect(await lastResort(event)).toEqual({ kept: false, answers: 0 });
  });

  it('is answered where its entry was given back and the acknowledgement is noted', async () => {
    await take();
    await runtime.ledger.noteAcknowledged(key, Infinity);
    await runtime.ledger.giveBack(key, 'o', {}, Infinity);
    expect(await lastResort(event)).toEqual({ kept: false, answers: 1 });
  });

  it('gets the decision that stands where it is ours', async () => {
    await take();
    await runtime.ledger.noteAcknowledged(key, Infinity);
    await runtime.ledger.decide(key, fitted(failedEnd('no', 'failed')), { owner: 'o' }, Infinity);
    expect(await lastResort(event)).toEqual({ kept: false, answers: 1 });
  });
});

describe('a job whose process died with the entry in hand, before or after its acknowledgement', () => {
  const event = pipelineJobEvent({ id });
  const last = LAST_RESORT_MAX_RECEIVES;
  beforeEach(async () => {
    await take();
    runtime.time.advance(20);
  });

  it('is acknowledged and answered where it still can be', async () => {
    expect(await lastResort(event, { acknowledgement: 'ours' })).toEqual({ kept: false, answers: 1 });
  });

  it('is dropped where nobody waits for it any more', async () => {
    expect(await lastResort(event, { acknowledgement: 'not ours' })).toEqual({ kept: false, answers: 0 });
  });

  it.each<[string, Situation, { kept: boolean; answers: number }]>([
    ['comes again twice', { receives: 2 }, { kept: true, answers: 0 }],
    ['is answered then, when tries are left', { receives: 3 }, { kept: false, answers: 1 }],
    ['is answered at the last try, too', { receives: last }, { kept: false, answers: 1 }],
    [
      'is left to a person at the last try where others work on such jobs, too',
      { receives: last, shared: true },
      { kept: true, answers: 0 },
    ],
  ])('%s, where nobody can tell', async (_case, situation, expected) => {
    expect(await lastResort(event, situation)).toEqual(expected);
  });

  it('tells the person what to do', async () => {
    await lastResort(event, { receives: last, shared: true });
    expect(runtime.lines.join('\n')).toMatch(
      new RegExp(`whether codepipeline ${id} was acknowledged here.*ringback complete`),
    );
  });
});
