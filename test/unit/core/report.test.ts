import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsCallError } from '../../../lib/aws/index.ts';
import { jobService } from '../../../lib/codepipeline/services/job-service.ts';
import { failedEnd, fitted } from '../../../lib/core/decision.ts';
import { AnswerNotGivenError } from '../../../lib/core/errors.ts';
import type { Entry, EntryState } from '../../../lib/core/ledger/entry.ts';
import { createMemoryLedger } from '../../../lib/core/ledger/memory-ledger.ts';
import { isRefused, report } from '../../../lib/core/report.ts';
import type { Service } from '../../../lib/core/service.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

const job = (number: number) => ({
  region: 'us-east-1',
  data: { jobId: `00000000-0000-0000-0000-00000000000${number}` },
});
const success = fitted({ kind: 'succeeded', details: {} });
const failure = fitted(failedEnd('mine', 'failed'));
const settled = { errorCode: 'InvalidJobStateException' };
const invalid = { errorCode: 'ValidationException', message: 'too odd' };
const execution = { id: 'build', stop: { api: {}, operation: 'StopBuild', input: {} } } as never;

let runtime: TestRuntime;
/** What the ledger is told, and for how long from now. */
let noted: unknown[];
let standing = failure;
beforeEach(async () => {
  noted = [];
  const ledger = {
    ...createMemoryLedger(),
    noteReported: async (...[, reported, until]: [string, boolean, number]) => {
      noted.push([reported, until - runtime.time.now()]);
    },
    amend: async (...[, refused, replacement]: [string, unknown, typeof failure]) => {
      noted.push(['amend', refused]);
      return standing === failure ? replacement : standing;
    },
  };
  standing = failure;
  runtime = await createTestRuntime({ ledger });
});
afterEach(() => runtime.close());

function tell(entry: Partial<Entry> = {}, decision = success, service: Service = jobService, withinMs = 1_000) {
  const state: EntryState = { kind: 'decided', decision, decidedAt: 1 };
  const whole = { key: 'codepipeline#x', region: 'us-east-1', ticket: job(1), run: 1, openedAt: 1, takenAt: 1, state };
  const reporting = {
    service,
    entry: { ...whole, ...entry },
    decision,
    delivered: job(2),
    secrets: { add: () => undefined },
  };
  return report(reporting, runtime, runtime.time.now() + withinMs);
}
const unreported = { state: { kind: 'decided', decision: success, decidedAt: 1, reported: false } } as const;
const told = () => runtime.service.answers.map(({ operation, input }) => [operation, input.jobId.slice(-1)]);

describe('a report', () => {
  it('goes to the ticket of its entry, and to the delivered one where there is none', async () => {
    expect(await tell()).toEqual({ kind: 'reported', decision: success, alreadySettled: false, retries: 0 });
    await tell({ ticket: undefined }, failure);
    expect(told()).toEqual([
      ['PutJobSuccessResult', '1'],
      ['PutJobFailureResult', '2'],
    ]);
  });

  it('is noted within five seconds or not at all, though a day were left: it is the answer that is owed', async () => {
    await tell(unreported, success, jobService, 24 * 3_600_000);
    expect(noted).toEqual([[true, 5_000]]);
  });

  it.each<[string, Partial<Entry>, boolean, readonly unknown[]]>([
    ['nothing where nobody doubts it', {}, false, []],
    ['nothing of what was closed, where nobody doubts it', {}, true, []],
    ['that it arrived, where it had not', unreported, false, [[true, 1_000]]],
    ['that it is closed, where it had not arrived', unreported, true, [[true, 1_000]]],
    ['that it arrived, where the entry had no ticket', { ticket: undefined }, false, [[true, 1_000]]],
    ['nothing of what a late duplicate found closed', { ticket: undefined }, true, []],
    ['that it arrived, where something works for it', { execution }, false, [[true, 1_000]]],
    ['nothing of what was closed, where something works for it', { execution }, true, []],
  ])('notes %s', async (_what, entry, isClosed, expected) => {
    if (isClosed) runtime.service.script(settled);
    expect(await tell(entry)).toMatchObject({ alreadySettled: isClosed });
    expect(noted).toEqual(expected);
  });

  it('that does not arrive is noted a moment longer than it was tried, and its error goes on', async () => {
    runtime.service.script({ errorCode: 'AccessDeniedException' });
    await expect(tell()).rejects.toBeInstanceOf(AnswerNotGivenError);
    expect(noted).toEqual([[false, 1_100]]);
  });

  it('is given where its note fails', async () => {
    const ledger = { ...runtime.ledger, noteReported: () => Promise.reject(new Error('down')) };
    runtime = { ...runtime, ledger };
    expect(await tell(unreported)).toMatchObject({ alreadySettled: false });
    expect(runtime.lines.join()).toContain('it could not be noted whether the service was told');
  });

  it('is left to the caller where the function returns it', async () => {
    const { request: _none, ...returning } = jobService;
    expect(await tell(unreported, success, returning)).toEqual({
      kind: 'reported',
      decision: success,
      alreadySettled: false,
      retries: 0,
    });
    await tell({ ticket: undefined }, success, returning);
    const arrived = [true, 1_000];
    expect([told(), noted]).toEqual([[], [arrived, arrived]]);
  });
});

describe('an entry whose ticket the service refuses', () => {
  it('is answered failed by the ticket that was delivered', async () => {
    runtime.service.script(invalid);
    expect(await tell({}, failure)).toMatchObject({ decision: failure, alreadySettled: false });
    expect(told()).toEqual([['PutJobFailureResult', '2']]);
    expect(runtime.lines.join()).toContain('answering by those of the delivery');
  });

  it('is never answered with the success of which it may not be', async () => {
    runtime.service.script(invalid);
    runtime.service.script(invalid);
    expect((await tell()).decision.kind).toBe('failed');
    expect(told()).toEqual([['PutJobFailureResult', '2']]);
  });

  it('is not answered where the service refuses that, too', async () => {
    runtime.service.script(invalid);
    runtime.service.script(invalid);
    await expect(tell({}, failure)).rejects.toBeInstanceOf(AnswerNotGivenError);
    expect([told(), noted]).toEqual([[], [[false, 1_100]]]);
  });
});

describe('a success that is refused as invalid', () => {
  it('is answered failed instead, with what the service said', async () => {
    runtime.service.script(invalid);
    const { decision } = await tell();
    expect(decision).toMatchObject({
      kind: 'failed',
      category: 'failed',
      reason: expect.stringMatching(/^the answer was refused as invalid: .*too odd/),
    });
    expect(noted).toEqual([['amend', success]]);
    expect(told()).toEqual([['PutJobFailureResult', '1']]);
  });

  it('is not, where another success stands meanwhile', async () => {
    standing = success;
    runtime.service.script(invalid);
    await expect(tell()).rejects.toBeInstanceOf(AnswerNotGivenError);
    expect(noted).toEqual([
      ['amend', success],
      [false, 1_100],
    ]);
  });

  it('is no failure that is refused, which stays as it is', async () => {
    runtime.service.script(invalid);
    await expect(tell({ ticket: job(2) }, failure)).rejects.toBeInstanceOf(AnswerNotGivenError);
    expect([told(), noted]).toEqual([[], [[false, 1_100]]]);
  });

  it.each<[string, unknown, boolean]>([
    [
      'a refusal',
      new Error('x', {
        cause: new AwsCallError('no', { code: 'ValidationException', fault: 'client', action: 'a:B' }),
      }),
      true,
    ],
    [
      'another code',
      new Error('x', { cause: new AwsCallError('no', { code: 'Other', fault: 'client', action: 'a:B' }) }),
      false,
    ],
    ['another cause', new Error('x', { cause: { code: 'ValidationException' } }), false],
    ['no cause', new Error('x'), false],
    ['nothing', undefined, false],
    ['null', null, false],
  ])('is known by its cause: %s', (_what, error, expected) => {
    expect(isRefused(error, jobService)).toBe(expected);
  });
});
