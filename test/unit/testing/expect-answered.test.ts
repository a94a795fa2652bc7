import { AssertionError } from 'node:assert';
import { continueAfter, fail, pipelineJob, succeed } from 'ringback/codepipeline';
import { provisioningEngine } from 'ringback/servicecatalog';
import {
  type Expectation,
  type ExpectedOutcome,
  expectAnswered,
  lambdaContext,
  operationEvent,
  operationMessage,
  pipelineJobEvent,
  type RecordingService,
  recordAnswers,
  workflowStepEvent,
} from 'ringback/testing';
import { workflowStep } from 'ringback/transfer';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let service: RecordingService;
beforeEach(async () => {
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  service = await recordAnswers();
});
afterEach(async () => {
  await service.close();
  vi.unstubAllEnvs();
});

/** What it says where an expectation is not met. */
function complaint(outcome: ExpectedOutcome, input?: Expectation): string {
  try {
    expectAnswered(service, outcome, input);
  } catch (error) {
    expect(error).toBeInstanceOf(AssertionError);
    return (error as Error).message;
  }
  throw new Error('it was content');
}

describe('expectAnswered', () => {
  it.each([
    ['a job', 'succeeded', () => pipelineJob(() => succeed())(pipelineJobEvent(), lambdaContext())],
    ['a job', 'failed', () => pipelineJob(() => fail('no'))(pipelineJobEvent(), lambdaContext())],
    ['a job', 'continued', () => pipelineJob(() => continueAfter({ minutes: 1 }))(pipelineJobEvent(), lambdaContext())],
    ['a step', 'succeeded', () => workflowStep(() => succeed())(workflowStepEvent(), lambdaContext())],
    ['a step', 'failed', () => workflowStep(() => fail('no'))(workflowStepEvent(), lambdaContext())],
    ['an operation', 'succeeded', () => engine(() => succeed())(operationEvent(operationMessage()), lambdaContext())],
    ['an operation', 'failed', () => engine(() => fail('no'))(operationEvent(operationMessage()), lambdaContext())],
  ] as const)('is content with %s that %s, and with nothing else', async (_what, outcome, run) => {
    await run();
    expect(expectAnswered(service, outcome)).toBe(service.answers[0]);
    for (const other of ['succeeded', 'failed', 'continued'] as const) {
      if (other !== outcome) expect(complaint(other)).toContain(`the answer is not "${other}"`);
    }
  });

  it('takes a pattern with the flag g as often as it is used', async () => {
    await pipelineJob(() => fail('not today'))(pipelineJobEvent(), lambdaContext());
    const input = { failureDetails: { message: /today/g } };
    for (const _time of ['first', 'second']) expectAnswered(service, 'failed', input);
  });

  it("takes the runner's own matchers", async () => {
    await pipelineJob(() => fail('not today'))(pipelineJobEvent(), lambdaContext());
    expectAnswered(service, 'failed', { jobId: expect.any(String), failureDetails: expect.objectContaining({}) });
    expect(complaint('failed', { jobId: expect.any(Number) })).toContain('input.jobId is ');
    expect(complaint('failed', { jobId: expect.any(Number) })).toContain('and not Any');
  });

  it('ends with an expectation that holds itself', async () => {
    await pipelineJob(() => fail('not today'))(pipelineJobEvent(), lambdaContext());
    const failureDetails: Record<string, Expectation> = { message: 'not today' };
    failureDetails.cause = failureDetails;
    expect(complaint('failed', { failureDetails })).toContain('input.failureDetails.cause is undefined');
  });

  it('says that nobody was answered', () => {
    expect(complaint('succeeded')).toBe('nobody was answered');
  });

  it('shows all answers where there is more than one', async () => {
    for (const logic of [() => succeed(), () => fail('no')])
      await pipelineJob(logic)(pipelineJobEvent(), lambdaContext());
    expect(complaint('succeeded')).toMatch(/^2 answers.*\nPutJobSuccessResult.*\nPutJobFailureResult/s);
  });

  it.each<[string, Expectation, RegExp]>([
    ['a text', { outputVariables: { Url: 'b' } }, /^input\.outputVariables\.Url is 'a', and not 'b':/],
    ['a pattern', { outputVariables: { Url: /^b/ } }, /^input\.outputVariables\.Url does not match \/\^b\/:/],
    [
      'a member that is to be absent',
      { outputVariables: { Url: undefined } },
      /^input\.outputVariables\.Url is 'a', and not undefined:/,
    ],
    ['a member', { outputVariables: { Other: 'a' } }, /^input\.outputVariables\.Other is undefined, and not 'a':/],
    ['an object', { outputVariables: { Url: { a: 1 } } }, /^input\.outputVariables\.Url is 'a', and not \{ a: 1 \}:/],
    ['a list', { outputVariables: ['a'] }, /^input\.outputVariables is not a list of 1:/],
  ])('says where %s is not as expected', async (_what, input, said) => {
    await pipelineJob(() => succeed({ variables: { Url: 'a' } }))(pipelineJobEvent(), lambdaContext());
    expectAnswered(service, 'succeeded', { outputVariables: { Url: /^a$/, Other: undefined } });
    expect(complaint('succeeded', input)).toMatch(said);
  });
});

const engine = (logic: () => ReturnType<typeof succeed> | ReturnType<typeof fail>) =>
  provisioningEngine({ provision: logic, update: logic, terminate: logic } as never);

describe('a recording service', () => {
  it('ends with the block that it is used in, and can be ended twice', async () => {
    const before = process.env.AWS_ENDPOINT_URL;
    let endpoint: string;
    {
      await using inner = await recordAnswers();
      ({ endpoint } = inner);
      expect(process.env.AWS_ENDPOINT_URL).toBe(endpoint);
      await inner.close();
    }
    expect(process.env.AWS_ENDPOINT_URL).toBe(before);
    await expect(fetch(endpoint)).rejects.toThrow();
  });
});
