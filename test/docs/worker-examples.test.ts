import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import {
  executorJobEvent,
  lambdaContext,
  type RecordingService,
  recordAnswers,
  workerJobEvent,
} from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handler as execute } from '../../examples/partner-executor.ts';
import { handler as partner } from '../../examples/partner-worker.ts';
import { SmokeTestStack } from '../../examples/smoke-test-stack.ts';
import { handler as smokeTest } from '../../examples/smoke-test-worker.ts';

// The handlers write their log lines to this process's output.
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';

describe('the examples of job workers', () => {
  let service: RecordingService;
  beforeEach(async () => {
    service = await recordAnswers();
  });
  afterEach(() => service.close());

  it('answer a job of a custom action whose configuration does not fit', async () => {
    await smokeTest(workerJobEvent({ configuration: { site: 'no address', paths: '/' } }), lambdaContext());
    expect(service.answers.at(-1)).toMatchObject({
      operation: 'PutJobFailureResult',
      input: { failureDetails: { type: 'ConfigurationError', message: expect.stringContaining('site') } },
    });
  });

  it("answer a partner's job with the client's token", async () => {
    await partner(workerJobEvent({ clientToken: 'the token of a client' }), lambdaContext());
    expect(service.answers.at(-1)).toMatchObject({
      operation: 'PutThirdPartyJobSuccessResult',
      input: { clientToken: 'the token of a client' },
    });
  });

  it('return the answer of an executor', async () => {
    const event = executorJobEvent();
    expect(await execute(event, lambdaContext())).toMatchObject({
      outputVariables: { Answer: '42', Job: event.jobId },
    });
  });

  it('deploy a custom action type with its worker and a pipeline that uses it', () => {
    const outdir = mkdtempSync(path.join(tmpdir(), 'ringback-smoke-test-'));
    try {
      const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir });
      const template = Template.fromStack(new SmokeTestStack(app, 'SmokeTest', { site: 'https://example.com' }));
      template.hasResourceProperties('AWS::CodePipeline::CustomActionType', { Provider: 'SmokeTest' });
      template.hasResourceProperties('AWS::CodePipeline::Pipeline', {
        Stages: Match.arrayWith([
          Match.objectLike({
            Actions: [Match.objectLike({ Configuration: { site: 'https://example.com', paths: '/,/health' } })],
          }),
        ]),
      });
    } finally {
      rmSync(outdir, { recursive: true, force: true });
    }
  }, 60_000);
});
