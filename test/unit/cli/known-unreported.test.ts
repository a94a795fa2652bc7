import { defer, succeed } from 'ringback/codepipeline';
import { executorJobEvent, lambdaContext } from 'ringback/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { actionExecutorWith } from '../../../lib/codepipeline/worker/action-executor.ts';
import { completeWith } from '../../../lib/core/complete.ts';
import { isKnownUnreported } from '../../../lib/core/ledger/entry.ts';
import { services } from '../../../lib/services.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(() => runtime.close());

const unreported = async () => (await runtime.ledger.list(1_000)).map(isKnownUnreported);

it('what is answered by a return value is known to be unreported until it is returned', async () => {
  const execute = actionExecutorWith(
    () => runtime,
    () => defer({ within: { hours: 1 } }),
  );
  const event = executorJobEvent();
  const { continuation } = await execute(event, lambdaContext());
  const callback = { service: 'codepipeline-executor', id: event.jobId, region: 'us-east-1' };
  expect(await completeWith(runtime, services, callback, succeed())).toMatchObject({ state: 'waiting' });
  expect(await unreported()).toEqual([true]);

  const next = { ...event, data: { ...event.data, continuationToken: continuation } };
  expect(await execute(next, lambdaContext())).toMatchObject({ result: 'Success' });
  expect(await unreported()).toEqual([false]);
});
