import { lambdaContext, workflowStepEvent } from 'ringback/testing';
import { defer, fail, type StepLogic, succeed } from 'ringback/transfer';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { completeWith } from '../../../lib/core/complete.ts';
import { fail as failed } from '../../../lib/core/outcome.ts';
import { stepService } from '../../../lib/transfer/result-api.ts';
import { workflowStepWith } from '../../../lib/transfer/workflow-step.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

const TOKEN = 'MzI0Nzc4ZDktMGRmMi00MjFhLTgxMjUtYWZmZmRmODNkYjc0';
const EXECUTION = 'abcd1234-aa11-bb22-cc33-abcdef123456';

let runtime: TestRuntime;
beforeEach(async () => {
  vi.stubEnv('RINGBACK_STEP_TIMEOUT_SECONDS', '300');
  runtime = await createTestRuntime({ continuationQueueUrl: 'http://127.0.0.1/123456789012/continuations' });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await runtime.close();
});

/** Runs one step through a handler. */
async function run(logic: StepLogic<unknown>): Promise<void> {
  const event = workflowStepEvent({ token: TOKEN, executionId: EXECUTION });
  await workflowStepWith(() => runtime, logic)(event, lambdaContext());
}

/** What the metric of a failure says, which stands beside the answer: the answer has no room for a reason. */
const told = () => JSON.parse(runtime.printed[0] ?? '{}');

describe('what a step says that its answer has no room for', () => {
  it.each([
    ['in words', '1,204 rows', '1,204 rows'],
    ['that is long: its beginning', 'r'.repeat(2_050), `${'r'.repeat(2_047)}…`],
    ['that fits to the last character', 'r'.repeat(2_048), 'r'.repeat(2_048)],
    ['with a secret: without it', `for ${TOKEN}`, 'for [withheld]'],
    ['that is a number', 7 as never, '7'],
    ['that is empty: none', '', undefined],
    ['that is null: none', null as never, undefined],
    ['that is absent: none', undefined, undefined],
  ])('puts a summary on record %s', async (_what, summary, shown) => {
    await run(() => succeed(summary === undefined ? {} : { summary }));
    expect(runtime.service.answers.map(({ input }) => input.Status)).toEqual(['SUCCESS']);
    const line = JSON.parse(runtime.lines.find((one) => one.includes('"answered"')) ?? '{}');
    expect(line.summary).toBe(shown);
    expect(runtime.printed).toEqual([]);
    const [entry] = await runtime.ledger.list(5_000);
    expect(entry?.state).toMatchObject({
      decision: { kind: 'succeeded', details: shown === undefined ? {} : { summary: shown } },
    });
  });

  it.each([
    ['fits to the last character', 5_000, 'r'.repeat(5_000)],
    ['is longer: its end', 5_001, `…${'r'.repeat(4_999)}`],
  ])('tells a reason that %s', async (_what, length, reason) => {
    await run(() => fail('r'.repeat(length)));
    expect(told().reason).toBe(reason);
  });

  it('calls details that a step does not take the configuration of the handler', async () => {
    await run(() => succeed({ rows: 7 } as never));
    expect(told().category).toBe('configuration');
  });

  it('withholds the token from what somebody else completes with', async () => {
    let callback: Parameters<typeof completeWith>[2] = '';
    await run((step) => {
      callback = step.callback;
      return defer({ within: { minutes: 2 } });
    });
    await completeWith(runtime, [stepService], callback, failed(`token ${TOKEN} is bad`));
    expect(told().reason).toBe('token [withheld] is bad');
    expect(callback).toMatchObject({ id: expect.stringMatching(new RegExp(`^${EXECUTION}/[0-9a-f]{16}$`)) });
  });

  it('says so where a failure has no reason', async () => {
    await run(() => fail(''));
    expect(told().reason).toMatch(/without a reason/);
  });
});
