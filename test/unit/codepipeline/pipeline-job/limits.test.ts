import { fail, type JobLogic, RetryableError, succeed } from 'ringback/codepipeline';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { describe, expect, it } from 'vitest';
import { pipelineJobWith } from '../../../../lib/codepipeline/pipeline-job.ts';
import { jobService } from '../../../../lib/codepipeline/services/job-service.ts';
import { answerOf, eachTestHasARuntime, runtime } from './run-job.ts';

eachTestHasARuntime();

/** What CodePipeline is told of a success or a failure with this text. */
const summaryOf = async (summary: string) =>
  (await answerOf(() => succeed({ summary })))?.input.executionDetails.summary;
const messageOf = async (reason: string) => (await answerOf(() => fail(reason)))?.input.failureDetails.message;

describe('a text', () => {
  it('of 2,048 characters is a summary as it is; of one more it is shortened at its end', async () => {
    expect(await summaryOf('s'.repeat(2_048))).toBe('s'.repeat(2_048));
    expect(await summaryOf('s'.repeat(2_049))).toBe(`${'s'.repeat(2_047)}…`);
  });

  it('of 5,000 characters is a message as it is; of one more it keeps its end', async () => {
    expect(await messageOf('m'.repeat(5_000))).toBe('m'.repeat(5_000));
    expect(await messageOf(`${'m'.repeat(5_000)}!`)).toBe(`…${'m'.repeat(4_998)}!`);
  });

  it('is redacted before it is shortened, and fits although that makes it longer', async () => {
    const logic: JobLogic<unknown, unknown> = () => fail(`${'password '.repeat(600)}the cause`);
    const event = pipelineJobEvent();
    const job = event['CodePipeline.job'];
    const artifactCredentials = { ...job.data.artifactCredentials, secretAccessKey: 'password' };
    const leaky = { 'CodePipeline.job': { ...job, data: { ...job.data, artifactCredentials } } };
    await pipelineJobWith(() => runtime, logic)(leaky, lambdaContext());
    const { message } = runtime.service.answers.at(-1)?.input.failureDetails ?? {};
    expect(message).toHaveLength(5_000);
    expect(message).toMatch(/the cause$/);
    expect(message).not.toContain('password');
  });
});

describe('output variables', () => {
  const variablesOf = (bytes: number) => answerOf(() => succeed({ variables: { A: 'x'.repeat(bytes - 1) } }));

  it('of 122,880 bytes, names included, are taken; of one more they are a failure', async () => {
    expect((await variablesOf(122_880))?.operation).toBe('PutJobSuccessResult');
    expect((await variablesOf(122_881))?.input.failureDetails.message).toMatch(/122881 bytes/);
  });

  it('are counted in bytes of UTF-8', async () => {
    const answer = await answerOf(() => succeed({ variables: { A: 'あ'.repeat(41_000) } }));
    expect(answer?.input.failureDetails.message).toMatch(/123001 bytes/);
  });

  it('may have any name that CodePipeline takes', async () => {
    const variables = JSON.parse('{"__proto__":"a","constructor":"b","-@_":"c"}') as Record<string, string>;
    const answer = await answerOf(() => succeed({ variables }));
    expect(Object.entries(answer?.input.outputVariables)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['-@_', 'c'],
    ]);
  });
});

describe('identifiers', () => {
  it('stay as they are, also where a secret stands in them', () => {
    const { redactor } = runtime;
    redactor.scope().declare('administrator');
    const details = {
      variables: { administrator: 'by administrator' },
      externalExecutionId: 'run-administrator-1',
      currentRevision: { revision: 'administrator/1', changeIdentifier: 'administrator' },
    };
    expect(jobService.fit({ kind: 'succeeded', details }, redactor.redact).details).toEqual({
      ...details,
      variables: { administrator: 'by [withheld]' },
    });
    const { externalExecutionId } = details;
    const failure = { kind: 'failed', reason: 'x', category: 'failed', details: { externalExecutionId } } as const;
    expect(jobService.fit(failure, redactor.redact).details).toMatchObject({ externalExecutionId });
  });

  it.each([
    ['externalExecutionId', (id: string) => succeed({ externalExecutionId: id }), 1_500],
    ['revision', (id: string) => succeed({ currentRevision: { revision: id, changeIdentifier: '1' } }), 1_500],
    ['changeIdentifier', (id: string) => succeed({ currentRevision: { revision: '1', changeIdentifier: id } }), 100],
  ])('%s is taken at its longest, and a failure that says so beyond', async (name, outcome, longest) => {
    expect((await answerOf(() => outcome('x'.repeat(longest))))?.operation).toBe('PutJobSuccessResult');
    const beyond = await answerOf(() => outcome('x'.repeat(longest + 1)));
    expect(beyond?.input.failureDetails).toMatchObject({
      type: 'ConfigurationError',
      message: expect.stringMatching(`${name} must be .*${longest + 1} characters`),
    });
  });
});

describe('a job that comes again', () => {
  it.each([
    ['runs again while CodePipeline waits', 19 * 60_000, 2, /not yet/],
    ['does not run again when nobody waits any more', 20 * 60_000, 1, /nobody waits for this job any more/],
  ])('%s', async (_what, later, expectedRuns, reason) => {
    let runs = 0;
    const handler = pipelineJobWith(
      () => runtime,
      () => {
        if (++runs === 1) throw new RetryableError('busy');
        return fail('not yet');
      },
    );
    const event = pipelineJobEvent();
    await expect(handler(event, lambdaContext())).rejects.toThrow('busy');
    runtime.time.advance(later);
    await handler(event, lambdaContext());
    expect(runs).toBe(expectedRuns);
    expect(runtime.service.answers.at(-1)?.input.failureDetails.message).toMatch(reason);
  });
});
