import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { describe, expect, it } from 'vitest';
import { pipelineJobWith } from '../../../../lib/codepipeline/pipeline-job.ts';
import { eachTestHasARuntime, runtime } from './run-job.ts';

eachTestHasARuntime();

describe('secrets', () => {
  it('appear in no log line, failure message or printed job', async () => {
    const event = pipelineJobEvent();
    const { secretAccessKey, sessionToken } = event['CodePipeline.job'].data.artifactCredentials;
    let printed = '';
    const handler = pipelineJobWith(
      () => runtime,
      (job) => {
        printed = JSON.stringify(job);
        job.log.error('leaking', { event, text: `the key is ${secretAccessKey}` });
        throw new Error(`could not use ${sessionToken}`);
      },
    );
    await handler(event, lambdaContext());
    const everything = [...runtime.lines, printed, JSON.stringify(runtime.service.calls)].join('\n');
    expect(everything).toContain('[withheld]');
    expect(everything).not.toContain(secretAccessKey);
    expect(everything).not.toContain(sessionToken);
  });
});
