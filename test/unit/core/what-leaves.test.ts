import { RetryableError } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsCallError } from '../../../lib/aws/index.ts';
import { pipelineJobWith } from '../../../lib/codepipeline/pipeline-job.ts';
import { InProgressError } from '../../../lib/core/errors.ts';
import { createLastResort } from '../../../lib/core/last-resort/last-resort.ts';
import { exitError } from '../../../lib/core/secrets/exit-error.ts';
import { createRedactor } from '../../../lib/core/secrets/redactor.ts';
import { secretMembers } from '../../../lib/core/secrets/secret-members.ts';
import { services } from '../../../lib/services.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(() => runtime.close());

/** What a handler throws whose logic throws this. */
async function thrownBy(error: unknown, event = pipelineJobEvent()): Promise<Error & Record<string, unknown>> {
  const handler = pipelineJobWith(
    () => runtime,
    () => {
      throw error;
    },
  );
  return (await handler(event, lambdaContext()).catch((thrown: unknown) => thrown)) as Error & Record<string, unknown>;
}

describe('an error that a handler throws', () => {
  it('holds none of the secrets of its delivery, in no text and no member of it and of its causes', async () => {
    const event = pipelineJobEvent();
    const { secretAccessKey, sessionToken } = event['CodePipeline.job'].data.artifactCredentials;
    const cause = Object.assign(new Error(`bad key ${secretAccessKey}`), { config: { sessionToken } });
    const error = Object.assign(new RetryableError(`refused ${secretAccessKey}`, { cause }), {
      request: { headers: { authorization: sessionToken } },
    });
    const thrown = await thrownBy(error, event);
    expect(thrown).toBeInstanceOf(RetryableError);
    expect(thrown.name).toBe('RetryableError');
    expect(thrown.message).toBe('refused [withheld]; caused by: bad key [withheld]');
    const all = JSON.stringify([thrown.message, thrown.stack, { ...thrown }, thrown.cause]);
    expect(all).not.toContain(secretAccessKey);
    expect(all).not.toContain(sessionToken);
    expect(Object.keys(thrown)).not.toContain('request');
  });

  it('is shortened, keeping the end, so that a failure record holds it whatever its characters cost', async () => {
    const thrown = await thrownBy(new RetryableError(`${'\u0001ü"'.repeat(400_000)} and the cause stands here`));
    expect(thrown.message).toMatch(/and the cause stands here$/);
    expect(JSON.stringify({ errorMessage: thrown.message, trace: thrown.stack }).length).toBeLessThan(50_000);
  });

  it.each([
    [new InProgressError('busy'), InProgressError],
    [new AwsCallError('down', { code: 'X', fault: 'server', action: 'a:B' }), AwsCallError],
    [new TypeError('a bug'), Error],
    ['a text', Error],
    [undefined, Error],
  ])('stays of its kind: %s', (thrown, kind) => {
    expect(exitError(thrown, createRedactor().redact)).toBeInstanceOf(kind);
  });

  it('keeps of a failed call what tells whether it may pass', () => {
    const call = new AwsCallError('down', { code: 'X', fault: 'client', action: 'a:B', retryAfterMs: 7, passes: true });
    expect(exitError(call, createRedactor().redact)).toMatchObject({
      code: 'X',
      fault: 'client',
      retryAfterMs: 7,
      retryable: true,
    });
  });
});

describe('the last resort', () => {
  it('withholds the secrets of the event from the failure that it repeats', async () => {
    const event = pipelineJobEvent();
    const { sessionToken } = event['CodePipeline.job'].data.artifactCredentials;
    const record = {
      requestContext: { functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:Gate', requestId: 'r' },
      requestPayload: event,
      responsePayload: { errorType: 'Error', errorMessage: `a wrapper threw ${sessionToken}` },
    };
    await createLastResort(services, () => runtime)(
      { Records: [{ messageId: 'm', body: JSON.stringify(record) }] },
      lambdaContext(),
    );
    const message = runtime.service.answers[0]?.input.failureDetails.message;
    expect(message).toContain('a wrapper threw [withheld]');
    expect(JSON.stringify(runtime.lines)).not.toContain(sessionToken);
  });

  it('knows them by their names, at any depth', () => {
    expect(secretMembers({ a: [{ sessionToken: 'one', name: 'two' }], token: 'three', count: 4, none: null })).toEqual([
      'one',
      'three',
    ]);
  });
});
