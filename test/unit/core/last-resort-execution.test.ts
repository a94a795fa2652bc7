import { type Callback, encodeCallback } from 'ringback';
import { defer, succeed } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeBuildRunner } from '../../../lib/codebuild/codebuild-runner.ts';
import { pipelineJobWith } from '../../../lib/codepipeline/pipeline-job.ts';
import { completeWith } from '../../../lib/core/complete.ts';
import { createLastResort } from '../../../lib/core/last-resort/last-resort.ts';
import { services } from '../../../lib/services.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

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

function give(event: object) {
  const lastResort = createLastResort(services, () => runtime, [codeBuildRunner]);
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

  it('says and calls nothing where the service knows the answer already', async () => {
    const { callback, token } = await deferred();
    await completeWith(runtime, services, callback, succeed({ summary: 'early' }));
    await nextAnswer(token);
    const [lines, answers] = [runtime.lines.length, runtime.service.answers.length];
    expect(await give(endOf(callback, 'FAILED'))).toEqual({ batchItemFailures: [] });
    expect([runtime.lines.length, runtime.service.answers.length]).toEqual([lines, answers]);
  });

  it("is nobody's where no callback goes with the build", async () => {
    const answers = runtime.service.answers.length;
    const { detail, ...event } = endOf('', 'FAILED');
    const bare = { ...event, detail: { ...detail, 'additional-information': {} } };
    expect(await give(bare)).toEqual({ batchItemFailures: [] });
    expect(runtime.service.answers).toHaveLength(answers);
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
