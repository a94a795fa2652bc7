import { RetryableError } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pipelineJobWith } from '../../../lib/codepipeline/pipeline-job.ts';
import { createLastResort } from '../../../lib/core/last-resort.ts';
import { createRedactor } from '../../../lib/core/redact.ts';
import { redactError } from '../../../lib/core/redact-error.ts';
import { secretMembers } from '../../../lib/core/secret-members.ts';
import { resultApis } from '../../../lib/services.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime();
});
afterEach(() => runtime.close());

describe('an error that a handler throws', () => {
  it('holds none of the secrets of its delivery, in no text of it and of its causes', async () => {
    const event = pipelineJobEvent();
    const { secretAccessKey } = event['CodePipeline.job'].data.artifactCredentials;
    const handler = pipelineJobWith(
      () => runtime,
      () => {
        throw new RetryableError(`refused ${secretAccessKey}`, { cause: new Error(`bad key ${secretAccessKey}`) });
      },
    );
    const thrown = (await handler(event, lambdaContext()).catch((error: unknown) => error)) as Error;
    expect(thrown).toBeInstanceOf(RetryableError);
    expect(thrown.message).toBe('refused [withheld]');
    expect(thrown.stack).not.toContain(secretAccessKey);
    expect((thrown.cause as Error).message).toBe('bad key [withheld]');
  });

  it('is left as it is where nothing has to be withheld, and where it cannot be changed', () => {
    const redactor = createRedactor();
    redactor.add('a-secret-value');
    const frozen = Object.freeze(new Error('with a-secret-value'));
    expect(redactError(frozen, redactor)).toBe(frozen);
    expect(redactError('a-secret-value', redactor)).toBe('[withheld]');
    expect(redactError(undefined, redactor)).toBe(undefined);
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
    await createLastResort(resultApis, () => runtime)(
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
