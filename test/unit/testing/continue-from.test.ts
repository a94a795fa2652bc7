import { complete } from 'ringback';
import {
  actionExecutor,
  continueAfter as continueJob,
  defer as deferJob,
  jobWorker,
  pipelineJob,
  succeed as succeedJob,
} from 'ringback/codepipeline';
import { continueAfter as continueHook, resourceHook, succeed as succeedHook } from 'ringback/hooks';
import { provisioningEngine } from 'ringback/servicecatalog';
import {
  changeSetHookEvent,
  continueFrom,
  executorJobEvent,
  lambdaContext,
  operationEvent,
  operationMessage,
  pipelineJobEvent,
  type RecordingService,
  recordAnswers,
  resourceHookEvent,
  stackHookEvent,
  workerJobEvent,
  workflowStepEvent,
} from 'ringback/testing';
import { workflowStep } from 'ringback/transfer';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

// What the handlers log would stand among the results.
beforeEach(() => void vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT'));
afterEach(() => void vi.unstubAllEnvs());

let service: RecordingService;
beforeEach(async () => {
  service = await recordAnswers();
});
afterEach(() => service.close());

/** Goes on once, with what it was told and what it finds then. */
const logic = (seen: unknown[]) => (task: { readonly run: number; readonly state: unknown; parameters?: unknown }) => {
  seen.push([task.run, task.state, task.parameters]);
  return task.run === 1 ? continueJob({ seconds: 0 }, { step: 'two' }) : succeedJob();
};
const actionType = { category: 'Test', provider: 'UnderTest' } as const;

describe('continueFrom', () => {
  it.each([
    ['a pipeline job', pipelineJob, pipelineJobEvent({ parameters: { a: 1 } }), { a: 1 }],
    [
      'a job of a worker',
      (run: never) => jobWorker(run, { actionType }),
      workerJobEvent({ configuration: { a: '1' } }),
      { a: '1' },
    ],
    ['a workflow step', workflowStep, workflowStepEvent(), undefined],
    [
      'an operation',
      (run: never) => provisioningEngine({ provision: run, update: run, terminate: run }),
      operationEvent(operationMessage({ parameters: { a: '1' } })),
      { a: '1' },
    ],
  ])('makes the event by which %s goes on', async (_what, make, event, parameters) => {
    const seen: unknown[] = [];
    const handler = (make as typeof pipelineJob)(logic(seen) as never);
    await handler(event, lambdaContext());
    await handler(continueFrom(service.calls.at(-1), event), lambdaContext());
    expect(seen).toEqual([
      [1, undefined, parameters],
      [2, { step: 'two' }, parameters],
    ]);
    expect(service.calls.at(-1)?.operation).toMatch(/Result$|StepState$/);
  });

  it('makes the event by which an executor goes on, out of what it returned', async () => {
    const seen: unknown[] = [];
    const handler = actionExecutor(logic(seen) as never);
    const event = executorJobEvent();
    const answer = await handler(event, lambdaContext());
    expect(await handler(continueFrom(answer, event), lambdaContext())).toMatchObject({ result: 'Success' });
    expect(seen).toHaveLength(2);
  });

  it('refuses an answer that ends the work', async () => {
    const event = pipelineJobEvent();
    await pipelineJob(() => undefined)(event, lambdaContext());
    expect(() => continueFrom(service.calls.at(-1), event)).toThrow(/PutJobSuccessResult asks for no next run/);
    expect(() => continueFrom(undefined, event)).toThrow(/that is absent asks for no next run/);
  });
});

describe('continueFrom of a hook', () => {
  it.each([resourceHookEvent(), stackHookEvent(), changeSetHookEvent()])(
    'asks it again with the context that it gave: %#',
    async (event) => {
      const handler = resourceHook((hook) =>
        hook.run < 3
          ? continueHook({ seconds: 5 }, { seen: hook.run })
          : succeedHook({ message: JSON.stringify(hook.state) }),
      );
      const second = continueFrom(await handler(event, lambdaContext()), event);
      const third = continueFrom(await handler(second, lambdaContext()), second);
      expect(third.requestContext).toMatchObject({ invocation: 3 });
      expect(await handler(third, lambdaContext())).toMatchObject({ hookStatus: 'SUCCESS', message: '{"seen":2}' });
    },
  );

  it('says which answers and events it cannot go on from', async () => {
    const event = resourceHookEvent();
    const done = await resourceHook(() => undefined)(event, lambdaContext());
    expect(() => continueFrom(done, event)).toThrow(/"hookStatus":"SUCCESS".* asks for no next run/);
    const going = await resourceHook(() => continueHook({ seconds: 5 }))(event, lambdaContext());
    expect(() => continueFrom(going, pipelineJobEvent())).toThrow('continueFrom takes the event of a hook');
  });
});

describe('one test process', () => {
  it('defers and completes with one ledger, and the next run carries the answer', async () => {
    let callback: Parameters<typeof complete>[0] = '';
    const handler = pipelineJob((job) => {
      callback = job.callback;
      return deferJob({ within: { hours: 1 } });
    });
    const event = pipelineJobEvent();
    await handler(event, lambdaContext());
    expect(await complete(callback, succeedJob({ summary: 'signed' }))).toEqual({
      decision: 'succeeded',
      accepted: true,
      state: 'waiting',
    });
    await handler(continueFrom(service.answers.at(-1), event), lambdaContext());
    expect(service.answers.at(-1)?.input.executionDetails).toEqual({ summary: 'signed' });
  });

  it('refuses to complete what it never gave out', async () => {
    const callback = { service: 'codepipeline', id: 'never-given-out', region: 'us-east-1' };
    await expect(complete(callback, succeedJob())).rejects.toThrow(/there is no entry of it/);
  });
});
