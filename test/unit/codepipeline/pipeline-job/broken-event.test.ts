import { lambdaContext } from 'ringback/testing';
import { describe, expect, it } from 'vitest';
import { pipelineJobWith } from '../../../../lib/codepipeline/pipeline-job.ts';
import { InvalidEventError } from '../../../../lib/core/errors.ts';
import { answerOf, eachTestHasARuntime, runtime } from './run-job.ts';

eachTestHasARuntime();

describe('what is no job, or a broken one', () => {
  it.each([
    [null, /got null/],
    ['text', /a string/],
    [[1], /an array of 1/],
    [{ Records: [], secret: 'hunter22' }, /members "Records", "secret"/],
    [{ Records: [] }, /members "Records"/],
    [{ 'CodePipeline.job': {} }, /without an id/],
  ])('refuses %j', async (event, message) => {
    const handler = pipelineJobWith(
      () => runtime,
      () => undefined,
    );
    const refusal = handler(event, lambdaContext());
    await expect(refusal).rejects.toBeInstanceOf(InvalidEventError);
    await expect(refusal).rejects.toThrow(message);
    await expect(refusal).rejects.not.toThrow('hunter22');
  });

  it('answers a job with an id and broken data as a configuration failure', async () => {
    const handler = pipelineJobWith(
      () => runtime,
      () => undefined,
    );
    await handler(
      { 'CodePipeline.job': { id: '00000000-0000-0000-0000-000000000002', data: 'broken' } },
      lambdaContext(),
    );
    expect(runtime.service.answers[0]?.input.failureDetails.type).toBe('ConfigurationError');
  });

  it.each([
    [
      'an artifact that the action does not have',
      (job: { inputArtifact(name?: string): unknown }) => job.inputArtifact('Other'),
      /no input artifact "Other"; it has: Source/,
    ],
    [
      'an output where there is none',
      (job: { outputArtifact(): unknown }) => job.outputArtifact(),
      /no output artifact/,
    ],
  ] as const)('answers asking for %s as a configuration failure', async (_name, ask, message) => {
    const answer = await answerOf((job) => void ask(job), {
      inputArtifacts: [{ name: 'Source', bucket: 'bucket', key: 'key' }],
    });
    expect(answer?.input.failureDetails).toMatchObject({
      type: 'ConfigurationError',
      message: expect.stringMatching(message),
    });
  });
});
