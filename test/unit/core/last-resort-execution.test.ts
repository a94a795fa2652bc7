import { type Callback, encodeCallback } from 'ringback';
import { defer, succeed } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent, workerJobEvent, workflowStepEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeBuildRunner } from '../../../lib/codebuild/codebuild-runner.ts';
import { pipelineJobWith } from '../../../lib/codepipeline/pipeline-job.ts';
import { thirdPartyJobWorkerWith } from '../../../lib/codepipeline/worker/third-party-job-worker.ts';
import { completeWith } from '../../../lib/core/complete.ts';
import { createLastResort } from '../../../lib/core/last-resort/last-resort.ts';
import type { EndedExecution, Runner } from '../../../lib/core/runner.ts';
import { services } from '../../../lib/services.ts';
import { workflowStepWith } from '../../../lib/transfer/workflow-step.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';
import { askedJob } from './asked-job.ts';

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(() => runtime.close());

/** Defers one job, and gives its callback and the token that CodePipeline would hand back. */
async function deferred() {
  let callback = '';
  const logic = (job: { readonly callback: Callback }) => {
    callback = encodeCallback(job.callback);
    return defer({ within: { hours: 2 } });
  };
  await pipelineJobWith(() => runtime, logic)(pipelineJobEvent(), lambdaContext());
  return { callback, token: runtime.service.answers.at(-1)?.input.continuationToken as string };
}

/** CodePipeline's next job of the same action; its answer. */
async function nextAnswer(continuationToken: string) {
  const logic = () => {
    throw new Error('the logic ran again');
  };
  await pipelineJobWith(() => runtime, logic)(pipelineJobEvent({ continuationToken }), lambdaContext());
  return runtime.service.answers.at(-1);
}

/** The event of a build's end, as CodeBuild tells it. */
function endOf(callback: string, status: string) {
  const variables = [{ name: 'RINGBACK_CALLBACK', value: callback, type: 'PLAINTEXT' }];
  const information = { environment: { 'environment-variables': variables }, 'exported-environment-variables': [] };
  const detail = {
    'build-status': status,
    'build-id': 'arn:aws:codebuild:us-east-1:123456789012:build/shop:1',
    'additional-information': information,
  };
  return { source: 'aws.codebuild', 'detail-type': 'CodeBuild Build State Change', detail };
}

function give(event: object, runners: readonly Runner[] = [codeBuildRunner]) {
  const lastResort = createLastResort(services, () => runtime, runners);
  return lastResort({ Records: [{ messageId: 'one', body: JSON.stringify(event) }] }, lambdaContext());
}

describe('the end of a build', () => {
  it.each([
    ['SUCCEEDED', 'PutJobSuccessResult'],
    ['FAULT', 'PutJobFailureResult'],
  ])('%s is the answer: %s', async (status, operation) => {
    const { callback, token } = await deferred();
    expect(await give(endOf(callback, status))).toEqual({ batchItemFailures: [] });
    expect(await nextAnswer(token)).toMatchObject({ operation });
  });

  it('is told to a third-party action by its id alone, which takes no variables', async () => {
    const partner = { category: 'Test', provider: 'Partner' } as const;
    let callback = '';
    const worker = thirdPartyJobWorkerWith(
      () => runtime,
      (job) => {
        callback = encodeCallback(job.callback);
        return defer({ within: { hours: 2 } });
      },
      { actionType: partner, clientTokens: () => 'token' },
    );
    await worker(workerJobEvent({ clientToken: 'token' }), lambdaContext());
    const { continuationToken } = runtime.service.answers.at(-1)?.input ?? {};
    await give(endOf(callback, 'SUCCEEDED'));
    await worker(workerJobEvent({ clientToken: 'token', continuationToken }), lambdaContext());
    expect(runtime.service.answers.at(-1)).toMatchObject({
      operation: 'PutThirdPartyJobSuccessResult',
      input: { executionDetails: { externalExecutionId: 'shop:1' } },
    });
  });

  it('is a success without a word to a step, which takes none', async () => {
    let callback = '';
    const continuationQueueUrl = `${runtime.service.endpoint}/123456789012/continuations`;
    const step = workflowStepWith(
      () => ({ ...runtime, continuationQueueUrl }),
      (task) => {
        callback = encodeCallback(task.callback);
        return defer({ within: { hours: 2 } });
      },
    );
    await step(workflowStepEvent(), lambdaContext());
    expect(await give(endOf(callback, 'SUCCEEDED'))).toEqual({ batchItemFailures: [] });
    expect(runtime.service.answers.at(-1)).toMatchObject({
      operation: 'SendWorkflowStepState',
      input: { Status: 'SUCCESS' },
    });
  });

  it('says and calls nothing where the service knows the answer already', async () => {
    const { callback, token } = await deferred();
    await completeWith(runtime, services, callback, succeed({ summary: 'early' }));
    await nextAnswer(token);
    const [lines, answers] = [runtime.lines.length, runtime.service.answers.length];
    expect(await give(endOf(callback, 'FAILED'))).toEqual({ batchItemFailures: [] });
    expect([runtime.lines.length, runtime.service.answers.length]).toEqual([lines, answers]);
  });

  it.each([
    ['exported variables', { 'exported-environment-variables': null }],
    ['phases and logs', { phases: null, logs: null }],
    [
      'what a phase says',
      { phases: [null, { 'phase-type': 'BUILD', 'phase-status': 'FAILED', 'phase-context': null }] },
    ],
    ['the link of the log', { logs: { 'deep-link': null } }],
  ])('is the answer although its event has null for %s', async (_what, members) => {
    const { callback, token } = await deferred();
    const { detail, ...event } = endOf(callback, 'FAILED');
    const information = { ...detail['additional-information'], ...members };
    await give({ ...event, detail: { ...detail, 'additional-information': information } });
    const message = (await nextAnswer(token))?.input.failureDetails.message;
    expect(message).toMatch(/^the build shop:1 failed(?: in BUILD)?$/);
  });

  it.each<[string, object, string]>([
    ['a list that is none', { phases: {} }, 'the build shop:1 failed'],
    [
      'a phase without a name',
      { phases: [{ 'phase-status': 'FAILED' }] },
      'the build shop:1 failed in a phase without a name',
    ],
    [
      'a text where a list is',
      { phases: [{ 'phase-type': 'BUILD', 'phase-status': 'FAILED', 'phase-context': 'exit status 1' }] },
      'the build shop:1 failed in BUILD: exit status 1',
    ],
    ['a link that is no text', { logs: { 'deep-link': {} } }, 'the build shop:1 failed'],
  ])('is the answer although its event has %s', async (_what, members, expected) => {
    const { callback, token } = await deferred();
    const { detail, ...event } = endOf(callback, 'FAILED');
    const information = { ...detail['additional-information'], ...members };
    await give({ ...event, detail: { ...detail, 'additional-information': information } });
    expect((await nextAnswer(token))?.input.failureDetails.message).toBe(expected);
  });

  it('brings those variables that have a name and a value', async () => {
    const { callback, token } = await deferred();
    const { detail, ...event } = endOf(callback, 'SUCCEEDED');
    const variables = [null, { name: 'Empty', value: null }, { value: 'of none' }, { name: 'Version', value: '1.2' }];
    const information = {
      environment: { 'environment-variables': [null, { name: 'RINGBACK_CALLBACK', value: callback }] },
      'exported-environment-variables': variables,
    };
    await give({ ...event, detail: { ...detail, 'additional-information': information } });
    expect((await nextAnswer(token))?.input.outputVariables).toEqual({ Version: '1.2' });
  });

  it('is told without an id where its event has none', async () => {
    const { callback, token } = await deferred();
    const { detail, ...event } = endOf(callback, 'FAILED');
    await give({ ...event, detail: { ...detail, 'build-id': null } });
    expect((await nextAnswer(token))?.input.failureDetails.message).toBe('the build without an id failed');
  });

  it.each([
    ['no information', { 'additional-information': null }],
    ['no environment', { 'additional-information': { environment: null } }],
    ['no variables', { 'additional-information': { environment: { 'environment-variables': null } } }],
    ['no id', { 'build-id': null, 'additional-information': null }],
  ])("is nobody's where null stands for %s", async (_what, members) => {
    const { detail, ...event } = endOf('', 'FAILED');
    expect(await give({ ...event, detail: { ...detail, ...members } })).toEqual({ batchItemFailures: [] });
    expect(runtime.service.answers).toEqual([]);
  });

  it("is nobody's where no callback goes with the build", async () => {
    const answers = runtime.service.answers.length;
    const { detail, ...event } = endOf('', 'FAILED');
    const bare = { ...event, detail: { ...detail, 'additional-information': {} } };
    expect(await give(bare)).toEqual({ batchItemFailures: [] });
    expect(runtime.service.answers).toHaveLength(answers);
  });
});

/** Defers one job to a build that can be stopped, and gives its callback. */
async function leaveToBuild(id: string): Promise<string> {
  const api = { service: 'codebuild', targetPrefix: 'CodeBuild_20161006', jsonVersion: '1.1' } as const;
  const stop = { api, operation: 'StopBuild', input: { id } };
  let callback = '';
  const logic = (job: { readonly callback: Callback }) => {
    callback = encodeCallback(job.callback);
    return { ...defer({ within: { hours: 2 } }), execution: { id, stop } };
  };
  await pipelineJobWith(() => runtime, logic)(pipelineJobEvent(), lambdaContext());
  return callback;
}

describe('an answer of something that works', () => {
  /** The lines that tell of its being stopped, which nothing here takes. */
  const stops = () => runtime.lines.filter((line) => line.includes('shop:1') && line.includes('could not be stopped'));

  it.each<[string, (callback: string) => unknown, number]>([
    ['its own, sent', (callback) => give({ callback, succeed: {} }), 0],
    ['its own end', (callback) => give(endOf(callback, 'FAILED')), 0],
    ['somebody else’s', (callback) => completeWith(runtime, services, callback, succeed()), 1],
  ])('stops it where it is not its own: %s', async (_whose, answer, expected) => {
    await answer(await leaveToBuild('shop:1'));
    expect(await runtime.ledger.list(0)).toMatchObject([{ state: { kind: 'decided' } }]);
    expect(stops()).toHaveLength(expected);
  });
});

describe('the end of a second build for the same work', () => {
  /** The build that the entry names, while `shop:1` works for it, too. */
  const NAMED = 'shop:2';

  it.each(['FAILED', 'STOPPED'])('is no answer where it %s: the other goes on', async (status) => {
    const callback = await leaveToBuild(NAMED);
    expect(await give(endOf(callback, status))).toEqual({ batchItemFailures: [] });
    expect(await runtime.ledger.list(0)).toMatchObject([{ state: { kind: 'waiting' } }]);
    expect(runtime.lines.join()).toContain('what failed is not what the answer was left to');
  });

  it('is the answer where it succeeded, and the other is stopped', async () => {
    const callback = await leaveToBuild(NAMED);
    await give(endOf(callback, 'SUCCEEDED'));
    expect(await runtime.ledger.list(0)).toMatchObject([{ state: { decision: { kind: 'succeeded' } } }]);
    expect(runtime.lines.filter((line) => line.includes('shop:2') && line.includes('stopped'))).toHaveLength(1);
  });
});

/** A runner with one execution, whose end is any event that has the member `ended`. */
function runnerOf(callback: string | undefined, ended: Partial<EndedExecution> = {}): Runner {
  const end = { id: 'one', callback, isSuccess: true, mustAnswer: false, summary: 'it ended well', ...ended };
  return {
    name: 'a runner',
    recogniseEnd: (event) => (Object.hasOwn(event as object, 'ended') ? end : undefined),
    callbackOf: async (id) => (id === 'one' ? callback : undefined),
    variablesOf: async (id) => ({ Of: id }),
  };
}

describe('the end of an execution', () => {
  it('stops nothing: it has ended', async () => {
    const api = { service: 'codebuild', targetPrefix: 'CodeBuild_20161006', jsonVersion: '1.1' };
    const stop = { api, operation: 'StopBuild', input: { id: 'build' } };
    let callback = '';
    const logic = (job: { readonly callback: Callback }) => {
      callback = encodeCallback(job.callback);
      return { ...defer({ within: { hours: 2 } }), execution: { id: 'one', stop } } as never;
    };
    await pipelineJobWith(() => runtime, logic)(pipelineJobEvent(), lambdaContext());
    await give({ ended: true }, [runnerOf(callback)]);
    expect(await runtime.ledger.list(Infinity)).toMatchObject([{ state: { kind: 'decided' } }]);
    expect(runtime.lines.filter((line) => line.includes('stopped'))).toEqual([]);
  });

  it('carries an answer to its service that has not arrived there', async () => {
    const event = pipelineJobEvent();
    const lease = { owner: 'one', requestId: 'one', until: runtime.time.now() + 1_000 };
    await runtime.ledger.take(askedJob(event['CodePipeline.job'].id), lease, Infinity);
    const callback = encodeCallback({ service: 'codepipeline', id: event['CodePipeline.job'].id, region: 'us-east-1' });
    runtime.service.script({ errorCode: 'AccessDeniedException' });
    await expect(completeWith(runtime, services, callback, succeed({ summary: 'early' }))).rejects.toThrow();
    await give({ ended: true }, [runnerOf(callback)]);
    expect(runtime.service.answers).toMatchObject([{ input: { executionDetails: { summary: 'early' } } }]);
  });

  it('is a failure where it had to answer by itself', async () => {
    const { callback, token } = await deferred();
    await give({ ended: true }, [runnerOf(callback, { mustAnswer: true })]);
    expect((await nextAnswer(token))?.input.failureDetails.message).toMatch(/^it ended well; but it gave no answer/);
  });

  it.each([
    ['asked for', {}, { Of: 'one' }],
    ['as its event tells them', { variables: { Told: 'here' } }, { Told: 'here' }],
  ])('brings its variables, %s', async (_how, told, outputVariables) => {
    const { callback, token } = await deferred();
    await give({ ended: true }, [runnerOf(callback, told)]);
    expect((await nextAnswer(token))?.input).toMatchObject({ outputVariables });
  });
});

describe('an action that was given up while something worked for it', () => {
  const abandoned = (id: string) => ({
    source: 'aws.codepipeline',
    'detail-type': 'CodePipeline Action Execution State Change',
    detail: { state: 'ABANDONED', 'execution-result': { 'external-execution-id': id } },
  });

  it('is closed, and is nobody’s to be told any more', async () => {
    const { callback } = await deferred();
    const answers = runtime.service.answers.length;
    expect(await give(abandoned('one'), [runnerOf(undefined), runnerOf(callback)])).toEqual({ batchItemFailures: [] });
    expect(await runtime.ledger.list(Infinity)).toMatchObject([
      { state: { kind: 'decided', reported: true, decision: { reason: expect.stringMatching(/nobody waits/) } } },
    ]);
    expect(runtime.service.answers).toHaveLength(answers);
  });

  it('is nothing to do with us where nothing of ours worked for it', async () => {
    await deferred();
    expect(await give(abandoned('two'), [runnerOf('rb1.x')])).toMatchObject({ batchItemFailures: [] });
    expect(await runtime.ledger.list(Infinity)).toMatchObject([{ state: { kind: 'waiting' } }]);
  });
});

describe('an answer that a build sends', () => {
  it('is given as it is, and the first counts', async () => {
    const { callback, token } = await deferred();
    await give({ callback, fail: 'not so' });
    await give({ callback, succeed: {} });
    await give(endOf(callback, 'SUCCEEDED'));
    expect((await nextAnswer(token))?.input.failureDetails.message).toBe('not so');
  });

  it('is not taken from what a function was handed', async () => {
    const { callback, token } = await deferred();
    const requestContext = { functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:any', condition: 'x' };
    const record = { requestContext, requestPayload: { callback, fail: 'forged' } };
    expect(await give(record)).toEqual({ batchItemFailures: [{ itemIdentifier: 'one' }] });
    expect((await nextAnswer(token))?.input.continuationToken).toBe(token);
  });
});
