import { fail, succeed } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { describe, expect, it } from 'vitest';
import { pipelineJobWith } from '../../../../lib/codepipeline/pipeline-job.ts';
import { LedgerError, RetryableError } from '../../../../lib/core/errors.ts';
import type { Ledger } from '../../../../lib/core/ledger/ledger.ts';
import { createMemoryLedger } from '../../../../lib/core/ledger/memory-ledger.ts';
import { askedJob } from '../../core/asked-job.ts';
import { answerOf, eachTestHasARuntime, runtime } from './run-job.ts';

eachTestHasARuntime();

/** Whether the one entry says that its service has been told; undefined where nobody took note. */
async function reported(): Promise<boolean | undefined> {
  const [entry] = await runtime.ledger.list(Infinity);
  return entry?.state.kind === 'decided' ? entry.state.reported : undefined;
}

describe('the answer', () => {
  it('is given once for a delivery that comes twice, and the logic runs once', async () => {
    let runs = 0;
    const handler = pipelineJobWith(
      () => runtime,
      () => void runs++,
    );
    const event = pipelineJobEvent();
    await handler(event, lambdaContext());
    await handler(event, lambdaContext());
    expect(runs).toBe(1);
    expect(new Set(runtime.service.answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    // What arrives at once costs no note.
    expect(await reported()).toBeUndefined();
  });

  it('is repeated while CodePipeline throttles, breaks or loses it', async () => {
    runtime.service.script(
      { errorCode: 'ThrottlingException' },
      { errorCode: 'InternalFailure', status: 500 },
      'lost-response',
      { errorCode: 'InvalidJobStateException' },
    );
    await answerOf(() => undefined);
    expect(runtime.service.calls).toHaveLength(4);
    expect(runtime.service.answers).toHaveLength(1);
  });

  it('becomes a failure where CodePipeline calls the success invalid', async () => {
    runtime.service.script({ errorCode: 'ValidationException', message: 'no such thing' });
    const answer = await answerOf(() => succeed({ summary: 'fine' }));
    expect(answer?.input.failureDetails.message).toMatch(/refused as invalid.*no such thing/);
  });

  it('throws where CodePipeline calls the failure invalid, too, and asks no third time', async () => {
    runtime.service.script({ errorCode: 'ValidationException' }, { errorCode: 'ValidationException', message: 'no' });
    await expect(answerOf(() => succeed())).rejects.toThrow(/ValidationException: no/);
    expect(runtime.service.calls.map(({ operation }) => operation)).toEqual([
      'PutJobSuccessResult',
      'PutJobFailureResult',
    ]);
    expect(await reported()).toBe(false);
  });

  it('throws, naming the statement to add, when the role may not give it', async () => {
    runtime.service.script({ errorCode: 'AccessDeniedException', message: 'User is not authorized' });
    await expect(answerOf(() => undefined)).rejects.toThrow(
      /"Action":"codepipeline:PutJobSuccessResult","Resource":"\*"/,
    );
  });

  it('reports the stored decision at the redelivery when it could not be given', async () => {
    runtime.service.script({ errorCode: 'AccessDeniedException' });
    let runs = 0;
    const handler = pipelineJobWith(
      () => runtime,
      () => {
        runs++;
        return fail('the first decision');
      },
    );
    const event = pipelineJobEvent();
    await expect(handler(event, lambdaContext())).rejects.toThrow(/lacks a permission/);
    expect(await reported()).toBe(false);
    // It is read, and not decided once more.
    Object.assign(runtime, { ledger: { ...runtime.ledger, decide: () => Promise.reject(new LedgerError('down')) } });
    await handler(event, lambdaContext());
    expect(runs).toBe(1);
    expect(runtime.service.answers.at(-1)?.input.failureDetails.message).toBe('the first decision');
    expect(await reported()).toBe(true);
  });

  it('is known to have arrived where CodePipeline says so at the redelivery', async () => {
    runtime.service.script({ errorCode: 'AccessDeniedException' }, { errorCode: 'InvalidJobStateException' });
    const handler = pipelineJobWith(
      () => runtime,
      () => undefined,
    );
    const event = pipelineJobEvent();
    await expect(handler(event, lambdaContext())).rejects.toThrow(/lacks a permission/);
    await handler(event, lambdaContext());
    expect(await reported()).toBe(true);
  });

  it('says why it could not be given, also where that cannot be noted', async () => {
    let noteUntil = 0;
    const noteReported = (_key: string, _reported: boolean, until: number) => {
      noteUntil = until;
      return Promise.reject(new LedgerError('down'));
    };
    Object.assign(runtime, { ledger: { ...runtime.ledger, noteReported } });
    runtime.service.script({ errorCode: 'AccessDeniedException' });
    const handler = pipelineJobWith(
      () => runtime,
      () => undefined,
    );
    const context = lambdaContext({ timeoutMs: 30_000, now: () => runtime.time.now() });
    const leftAt = runtime.time.now() + 30_000;
    await expect(handler(pipelineJobEvent(), context)).rejects.toThrow(/lacks a permission/);
    // Later than the last try of the report, and sooner than Lambda ends the function.
    expect(leftAt - noteUntil).toBe(50);
    expect(runtime.lines.join('\n')).toMatch(/could not be noted whether the service was told.*down/);
  });

  it('is left to the attempt that has taken over meanwhile', async () => {
    const event = pipelineJobEvent();
    const other = { owner: 'another', requestId: 'another', until: Number.MAX_SAFE_INTEGER };
    const handler = pipelineJobWith(
      () => runtime,
      async () => {
        runtime.time.advance(60_000);
        await runtime.ledger.take(askedJob(event['CodePipeline.job'].id), other, Infinity);
        return fail('too late');
      },
    );
    await handler(event, lambdaContext());
    expect(runtime.service.calls).toEqual([]);
    expect(runtime.lines.join('\n')).toContain('another attempt has taken over');
  });

  it('is a failure, and stored, where its entry is gone when the logic has ended', async () => {
    const emptied = createMemoryLedger();
    Object.assign(runtime, { ledger: { ...runtime.ledger, decide: emptied.decide } });
    expect((await answerOf(() => succeed()))?.input.failureDetails.message).toMatch(/no longer in the ledger/);
    expect(await emptied.list(Infinity)).toMatchObject([{ state: { kind: 'decided' } }]);
  });

  it('is a failure where its entry cannot be read when the logic has ended', async () => {
    const { ledger } = runtime;
    const state = { kind: 'unreadable', why: 'its entry is damaged' } as const;
    const decide: Ledger['decide'] = async (...how) => {
      const decided = await ledger.decide(...how);
      return decided && { ...decided, entry: { ...decided.entry, state } };
    };
    Object.assign(runtime, { ledger: { ...ledger, decide } });
    expect((await answerOf(() => succeed()))?.input.failureDetails.message).toBe('its entry is damaged');
  });

  it('comes before the timeout when the logic does not end, and late work changes nothing', async () => {
    const late = Promise.withResolvers<void>();
    let aborted: unknown;
    const answer = await answerOf(
      async (job) => {
        job.signal.addEventListener('abort', () => {
          aborted = job.signal.reason;
        });
        await late.promise;
        return succeed();
      },
      {},
      {},
      400,
    );
    late.resolve();
    expect(answer?.input.failureDetails.message).toMatch(/did not end within 0\.3 s/);
    expect(aborted).toMatchObject({ code: 'DEADLINE' });
    expect(runtime.service.answers).toHaveLength(1);
  });

  it('survives a promise that nobody waits for', async () => {
    const answer = await answerOf(async () => {
      void Promise.reject(new Error('forgotten'));
      await new Promise((resolve) => setImmediate(resolve));
      return succeed({ summary: 'fine' });
    });
    expect(answer?.input.executionDetails.summary).toBe('fine');
    expect(runtime.lines.join('\n')).toContain('forgotten');
  });

  it('is a failure where the logic asks for a retry and no last resort stands by', async () => {
    Object.assign(runtime, { lastResort: false });
    const answer = await answerOf(() => Promise.reject(new RetryableError('not yet')));
    expect(answer?.input.failureDetails.message).toBe('not yet');
  });

  it('waits for a retry where the logic asks for one and a last resort stands by', async () => {
    let runs = 0;
    const handler = pipelineJobWith(
      () => runtime,
      () => {
        if (++runs === 1) throw new RetryableError('not yet');
      },
    );
    const event = pipelineJobEvent();
    await expect(handler(event, lambdaContext())).rejects.toThrow('not yet');
    expect(runtime.service.answers).toHaveLength(0);
    await handler(event, lambdaContext());
    expect(runtime.service.answers.map((answer) => answer.operation)).toEqual(['PutJobSuccessResult']);
  });
});
