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

  it('are looked for in a message of megabytes without the time that its answer needs', async () => {
    const event = pipelineJobEvent();
    const { sessionToken } = event['CodePipeline.job'].data.artifactCredentials;
    const handler = pipelineJobWith(
      () => runtime,
      () => {
        throw new Error(`${'\\u0041\\"%41+&amp;'.repeat(2_000_000)} ${sessionToken}`);
      },
    );
    const before = process.cpuUsage();
    await handler(event, lambdaContext());
    // To undo the escapings of all of it takes a minute.
    expect(process.cpuUsage(before).user).toBeLessThan(20_000_000);
    expect(runtime.service.answers[0]?.input.failureDetails.message).toMatch(/&amp; \[withheld\]$/);
    expect(runtime.lines.join('')).not.toContain(sessionToken);
  });
});
