import { randomUUID } from 'node:crypto';
import { continueAfter, RetryableError, succeed } from 'ringback/codepipeline';
import { lambdaContext, polledJob, workerJobEvent } from 'ringback/testing';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createConnection } from '../../../../lib/aws/index.ts';
import { isHeld } from '../../../../lib/codepipeline/polled/polled-ticket.ts';
import { jobService } from '../../../../lib/codepipeline/services/job-service.ts';
import type { JobWorkerLogic } from '../../../../lib/codepipeline/worker/job-worker.ts';
import { completeWith } from '../../../../lib/core/complete.ts';
import { failedEnd } from '../../../../lib/core/decision.ts';
import { createLastResort } from '../../../../lib/core/last-resort/last-resort.ts';
import type { Ticket } from '../../../../lib/core/ledger/entry.ts';
import { services } from '../../../../lib/services.ts';
import { startResultEndpoint } from '../../core/result-endpoint.ts';
import {
  changeRuntime,
  eachTestHasARuntime,
  id,
  key,
  operations,
  runtime,
  tokenDueIn,
  worker,
} from './worker-under-test.ts';

eachTestHasARuntime();

/** What an attempt asks the ledger for, as a worker does. */
const asked = { key, run: 1, ticket: { region: 'us-east-1', data: { jobId: id, nonce: '1', offeredAt: '0' } } };

describe('a job that is handed over', () => {
  it('is acknowledged, run and answered', async () => {
    const logic: JobWorkerLogic<{ Count: number }, unknown> = ({ parameters, pipelineContext }) =>
      succeed({ variables: { Twice: parameters.Count * 2, Pipeline: pipelineContext.pipelineName } });
    const handler = worker(logic, { parameters: z.object({ Count: z.coerce.number() }) });
    await handler(workerJobEvent({ id, nonce: '7', configuration: { Count: '4' } }), lambdaContext());
    expect(runtime.service.calls).toEqual([
      { operation: 'AcknowledgeJob', input: { jobId: id, nonce: '7' } },
      {
        operation: 'PutJobSuccessResult',
        input: { jobId: id, outputVariables: { Twice: '8', Pipeline: 'pipeline-under-test' } },
      },
    ]);
  });

  it.each([['InvalidNonceException'], ['JobNotFoundException']])(
    'is dropped without a word when the acknowledgement meets %s',
    async (errorCode) => {
      let ran = false;
      runtime.service.script({ errorCode });
      await worker(() => {
        ran = true;
      })(workerJobEvent({ id }), lambdaContext());
      expect(ran).toBe(false);
      expect(operations()).toEqual(['AcknowledgeJob']);
      expect(await phases()).not.toContain('running');
    },
  );

  it('is dropped where CodePipeline says that it is over', async () => {
    const { url } = await startResultEndpoint();
    const credentials = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00', AWS_SECRET_ACCESS_KEY: 'example' };
    const connection = createConnection({ env: { AWS_ENDPOINT_URL: url, AWS_REGION: 'us-east-1', ...credentials } });
    changeRuntime({ connection, connect: () => connection });
    const logic = vi.fn();
    await worker(logic)(workerJobEvent({ id }), lambdaContext());
    expect(logic).not.toHaveBeenCalled();
    expect(await phases()).toEqual(['given-back']);
  });

  it('is ours when the answer to its acknowledgement was lost and the next try is refused', async () => {
    runtime.service.script('lost-response', { errorCode: 'InvalidNonceException' });
    const event = workerJobEvent({ id });
    event['ringback.job'].offeredAt = runtime.time.now();
    await worker()(event, lambdaContext());
    expect(operations()).toEqual(['AcknowledgeJob', 'AcknowledgeJob', 'PutJobSuccessResult']);
  });

  it('is not ours when it was throttled, which acknowledges nothing, and the next try is refused', async () => {
    runtime.service.script({ errorCode: 'ThrottlingException' }, { errorCode: 'InvalidNonceException' });
    const event = workerJobEvent({ id });
    event['ringback.job'].offeredAt = runtime.time.now();
    await worker()(event, lambdaContext());
    expect(operations()).toEqual(['AcknowledgeJob', 'AcknowledgeJob']);
  });

  it.each([
    // The second try comes 25 ms after the first.
    ['so old that another may have been offered', (now: number) => now - 29_975],
    ['of an age that nobody knows', () => 'unknown' as never],
  ])('is left to a later try when that nonce is %s', async (_case, offeredAt) => {
    const refused = { errorCode: 'InvalidNonceException' };
    runtime.service.script('lost-response', refused, refused);
    const event = workerJobEvent({ id });
    event['ringback.job'].offeredAt = offeredAt(runtime.time.now());
    await expect(worker()(event, lambdaContext())).rejects.toThrow(/cannot be told yet/);
    await expect(worker()(event, lambdaContext())).rejects.toThrow(/cannot be told yet/);
    expect(operations()).not.toContain('PutJobFailureResult');
  });

  it('is left to a later try when the answer was lost for so long that another may have been offered it', async () => {
    const lost = { errorCode: 'InternalFailure', status: 500 };
    runtime.service.script('lost-response', ...Array.from({ length: 20 }, () => lost), {
      errorCode: 'InvalidNonceException',
    });
    const event = workerJobEvent({ id });
    event['ringback.job'].offeredAt = runtime.time.now();
    const handler = worker()(event, lambdaContext({ timeoutMs: 900_000 }));
    await expect(handler).rejects.toThrow(/cannot be told yet/);
    expect(runtime.time.now() - event['ringback.job'].offeredAt).toBeGreaterThan(30_000);
  });

  it('keeps its entry when the answer to its acknowledgement was lost, whatever the next try meets', async () => {
    runtime.service.script('lost-response', { errorCode: 'AccessDeniedException' });
    await expect(worker()(workerJobEvent({ id }), lambdaContext())).rejects.toThrow();
    expect(await phases()).toEqual(['running']);
  });

  it('is let go when CodePipeline throttles its acknowledgement to the end, since there is none', async () => {
    runtime.service.script(...Array.from({ length: 60 }, () => ({ errorCode: 'ThrottlingException' })));
    await expect(worker()(workerJobEvent({ id }), lambdaContext())).rejects.toThrow(/Throttling/);
    expect(await phases()).toEqual(['given-back']);
  });

  it('is left to the next attempt, which has all its time again, when its acknowledgement took too long', async () => {
    const { ledger } = runtime;
    const noteAcknowledged: typeof ledger.noteAcknowledged = (...how) => {
      runtime.time.advance(7_600);
      return ledger.noteAcknowledged(...how);
    };
    changeRuntime({ ledger: { ...ledger, noteAcknowledged } });
    const event = workerJobEvent({ id });
    const context = () => lambdaContext({ timeoutMs: 10_000, now: () => runtime.time.now() });
    const logic = vi.fn();
    await expect(worker(logic)(event, context())).rejects.toThrow(
      `it took 8 s until job ${id} was acknowledged and that was noted`,
    );
    expect(logic).not.toHaveBeenCalled();
    await worker(logic)(event, context());
    expect(operations()).toEqual(['AcknowledgeJob', 'PutJobSuccessResult']);
  });

  it('is run when the process died before its acknowledgement got through', async () => {
    await openBy('a process that died');
    await worker()(workerJobEvent({ id }), lambdaContext());
    expect(operations()).toEqual(['AcknowledgeJob', 'PutJobSuccessResult']);
  });

  it('is left to a later try when the process died in the moment of its acknowledgement', async () => {
    await openBy('a process that died');
    runtime.service.script({ errorCode: 'InvalidNonceException' });
    await expect(worker()(workerJobEvent({ id }), lambdaContext())).rejects.toThrow(/cannot be told yet/);
    expect(operations()).toEqual(['AcknowledgeJob']);
  });

  it('is taken over by an invocation that was offered it again meanwhile', async () => {
    await openBy('a process that died');
    runtime.service.script({ errorCode: 'InvalidNonceException' });
    await expect(worker()(workerJobEvent({ id }), lambdaContext())).rejects.toThrow(/cannot be told yet/);
    await worker()(workerJobEvent({ id, nonce: '2' }), lambdaContext());
    expect(operations()).toEqual(['AcknowledgeJob', 'AcknowledgeJob', 'PutJobSuccessResult']);
  });

  it('is answered failed, and not run again, when the process died and it took long to find that out', async () => {
    await openBy('a process that died');
    const { ledger } = runtime;
    await ledger.noteAcknowledged(key, Infinity);
    const take: typeof ledger.take = (...asked) => {
      runtime.time.advance(8_000);
      return ledger.take(...asked);
    };
    changeRuntime({ ledger: { ...ledger, take } });
    const context = lambdaContext({ timeoutMs: 10_000, now: () => runtime.time.now() });
    const logic = vi.fn();
    await worker(logic)(workerJobEvent({ id }), context);
    expect(logic).not.toHaveBeenCalled();
    expect(operations()).toEqual(['PutJobFailureResult']);
  });

  it('is answered failed when the process died after its acknowledgement', async () => {
    await openBy('a process that died');
    await runtime.ledger.noteAcknowledged(key, Infinity);
    await worker()(workerJobEvent({ id }), lambdaContext());
    expect(runtime.service.answers.at(-1)).toMatchObject({
      operation: 'PutJobFailureResult',
      input: { failureDetails: { message: expect.stringContaining('ended without a word') } },
    });
  });

  it('runs once more after its process died where onCrash is retry', async () => {
    await openBy('a process that died');
    await runtime.ledger.noteAcknowledged(key, Infinity);
    await worker(undefined, { onCrash: 'retry' })(workerJobEvent({ id }), lambdaContext());
    expect(operations()).toEqual(['PutJobSuccessResult']);
  });

  it('runs again after its logic asked for it, and is not acknowledged a second time: its nonce is used up', async () => {
    let runs = 0;
    const handler = worker(() => {
      if (++runs === 1) throw new RetryableError('not yet');
    });
    const event = workerJobEvent({ id });
    await expect(handler(event, lambdaContext())).rejects.toThrow('not yet');
    await handler(event, lambdaContext());
    expect(operations()).toEqual(['AcknowledgeJob', 'PutJobSuccessResult']);
  });

  it('gets the stored decision again when its report failed, and is not acknowledged again', async () => {
    const handler = worker();
    const event = workerJobEvent({ id });
    await handler(event, lambdaContext());
    await handler(event, lambdaContext());
    expect(operations()).toEqual(['AcknowledgeJob', 'PutJobSuccessResult', 'PutJobSuccessResult']);
  });

  describe('about which was decided in doubt', () => {
    beforeEach(async () => {
      const decision = jobService.fit(failedEnd('its worker died', 'crashed'), runtime.redactor.redact);
      await runtime.ledger.decide(key, decision, { asked }, Infinity);
    });

    it('is acknowledged and gets the decision when it is offered again', async () => {
      await worker()(workerJobEvent({ id }), lambdaContext());
      expect(operations()).toEqual(['AcknowledgeJob', 'PutJobFailureResult']);
    });

    it('gets no report while it may be somebody else’s, and comes again', async () => {
      runtime.service.script({ errorCode: 'InvalidNonceException' });
      await expect(worker()(workerJobEvent({ id }), lambdaContext())).rejects.toThrow(/cannot be told yet/);
      expect(operations()).toEqual(['AcknowledgeJob']);
    });

    it('gets no report when nobody waits for it any more', async () => {
      runtime.service.script({ errorCode: 'JobNotFoundException' });
      await worker()(workerJobEvent({ id }), lambdaContext());
      expect(operations()).toEqual(['AcknowledgeJob']);
    });
  });

  it('gets what was decided by complete while its work was handed back, and not the job before it', async () => {
    await openBy('a process that stops');
    await runtime.ledger.giveBack(key, 'a process that stops', { acknowledged: 'unknown' }, Infinity);
    const callback = { service: 'codepipeline', id, region: 'us-east-1' };
    expect(await completeWith(runtime, [jobService], callback, succeed())).toMatchObject({ state: 'waiting' });
    const next = randomUUID();
    const continuationToken = `rb1:${JSON.stringify([key, 1, runtime.time.now(), 0])}`;
    const event = workerJobEvent({ id: next, nonce: '2', continuationToken });
    const { ledger } = runtime;
    const noteAcknowledged: typeof ledger.noteAcknowledged = (...how) => {
      runtime.service.script({ errorCode: 'AccessDeniedException' });
      return ledger.noteAcknowledged(...how);
    };
    changeRuntime({ ledger: { ...ledger, noteAcknowledged } });
    await expect(worker()(event, lambdaContext())).rejects.toThrow(/AccessDenied/);
    await worker()(event, lambdaContext());
    expect(runtime.service.answers.map(({ operation, input }) => [operation, input.jobId])).toEqual([
      ['PutJobSuccessResult', next],
    ]);
  });

  it('continues with a token, and the next run finds the state', async () => {
    const handler = worker<Readonly<Record<string, string>>, { n: number }>(({ state }) =>
      state === undefined ? continueAfter({ seconds: 0 }, { n: 1 }) : succeed({ summary: String(state.n) }),
    );
    await handler(workerJobEvent({ id }), lambdaContext());
    const continuationToken = runtime.service.answers.at(-1)?.input.continuationToken;
    await handler(workerJobEvent({ continuationToken }), lambdaContext());
    expect(runtime.service.answers.at(-1)?.input.executionDetails).toEqual({ summary: '1' });
  });

  it('is left alone when it is handed over before it is due, since it is offered again', async () => {
    await worker(() => continueAfter({ hours: 1 }))(workerJobEvent({ id }), lambdaContext());
    const { continuationToken } = runtime.service.answers.at(-1)?.input ?? {};
    await worker()(workerJobEvent({ continuationToken }), lambdaContext());
    expect(operations()).toEqual(['AcknowledgeJob', 'PutJobSuccessResult']);
  });

  it('is not acknowledged by a worker that stops, and goes on there where it was before', async () => {
    let runs = 0;
    const handler = worker(() => {
      if (++runs === 1) throw new RetryableError('not yet');
    });
    await expect(handler(workerJobEvent({ id }), lambdaContext())).rejects.toThrow('not yet');
    await handler.stopAcknowledging();
    await handler(workerJobEvent({ id }), lambdaContext());
    await handler(workerJobEvent({ id: randomUUID() }), lambdaContext());
    expect(operations()).toEqual(['AcknowledgeJob', 'PutJobSuccessResult']);
    expect(await phases()).not.toContain('running');
  });

  it.each([true, false])('says in its entry whether a process of its own does it: %s', async (held) => {
    await worker()({ 'ringback.job': { ...workerJobEvent({ id })['ringback.job'], held } }, lambdaContext());
    const [entry] = await runtime.ledger.list(Infinity);
    expect(isHeld(entry?.ticket as Ticket)).toBe(held);
  });

  it('fetches the next one when more were waiting', async () => {
    const next = randomUUID();
    const event = { 'ringback.job': { ...workerJobEvent({ id })['ringback.job'], more: true } };
    runtime.service.offered.push(polledJob({ id: next }));
    await worker()(event, lambdaContext());
    expect(runtime.service.invocations).toMatchObject([{ 'ringback.job': { job: { id: next }, more: true } }]);
  });

  it.each([
    ['leaves the next one to the clock', 5_000, 0],
    ['fetches the next one', 8_000, 1],
  ])('%s where %i ms are left for a poll', async (_what, timeoutMs, expected) => {
    const event = { 'ringback.job': { ...workerJobEvent({ id })['ringback.job'], more: true } };
    runtime.service.offered.push(polledJob());
    await worker()(event, lambdaContext({ timeoutMs }));
    expect(runtime.service.invocations).toHaveLength(expected);
  });

  it('is left free for the next offer when this function may not acknowledge', async () => {
    runtime.service.script({ errorCode: 'AccessDeniedException' });
    await expect(worker()(workerJobEvent({ id }), lambdaContext())).rejects.toThrow(/AcknowledgeJob.*AccessDenied/);
    await worker()(workerJobEvent({ id, nonce: '2' }), lambdaContext());
    expect(operations()).toEqual(['AcknowledgeJob', 'AcknowledgeJob', 'PutJobSuccessResult']);
  });

  it('is answered by the last resort when its invocation failed for good', async () => {
    await openBy('the request');
    const body = JSON.stringify({
      requestContext: { requestId: 'the request', functionArn: 'arn:aws:lambda:us-east-1:1:function:checks' },
      requestPayload: workerJobEvent({ id }),
    });
    await createLastResort(services, () => runtime)({ Records: [{ messageId: '1', body }] }, lambdaContext());
    expect(operations()).toEqual(['AcknowledgeJob', 'PutJobFailureResult']);
  });

  it.each([
    ['the option', { secretProperties: ['Key'] }, ''],
    ['the construct', {}, '["Key"]'],
  ])('withholds the secret properties that %s names, however short', async (_who, options, named) => {
    vi.stubEnv('RINGBACK_SECRET_PROPERTIES', named);
    const handler = worker((job) => {
      job.log.info('uses x7q', { configuration: job.configuration });
      throw new Error('x7q was refused');
    }, options);
    await handler(workerJobEvent({ id, configuration: { Key: 'x7q', Url: 'https://a.example' } }), lambdaContext());
    vi.unstubAllEnvs();
    expect(runtime.service.answers.at(-1)?.input.failureDetails.message).toContain('[withheld] was refused');
    expect(runtime.lines.join('\n')).not.toContain('x7q');
  });

  it('shows neither its credentials nor its token in any log line', async () => {
    const event = workerJobEvent({ id, continuationToken: tokenDueIn(0) });
    const { secretAccessKey, sessionToken } = event['ringback.job'].job.data.artifactCredentials;
    await worker((job) => job.log.info(`${secretAccessKey} ${sessionToken}`, { event }))(event, lambdaContext());
    const lines = runtime.lines.join('\n');
    expect(lines).not.toContain(secretAccessKey);
    expect(lines).not.toContain(sessionToken);
  });
});

/** What the entries are. */
async function phases(): Promise<readonly string[]> {
  return (await runtime.ledger.list(Infinity)).map(({ state }) => state.kind);
}

/** Leaves an entry whose lease has run out, as a killed process does. */
async function openBy(requestId: string): Promise<void> {
  const lease = { owner: requestId, requestId, until: runtime.time.now() + 10 };
  await runtime.ledger.take(asked, lease, Infinity);
  runtime.time.advance(20);
}
