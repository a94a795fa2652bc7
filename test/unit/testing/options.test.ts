import {
  actionStartedEvent,
  changeSetHookEvent,
  executorJobEvent,
  expectAnswered,
  lambdaContext,
  operationMessage,
  parameterParserEvent,
  pipelineJobEvent,
  polledJob,
  resourceHookEvent,
  stackHookEvent,
  workerJobEvent,
  workflowStepEvent,
} from 'ringback/testing';
import { describe, expect, it } from 'vitest';

const makers: Readonly<Record<string, (options: never) => unknown>> = {
  changeSetHookEvent,
  executorJobEvent,
  lambdaContext,
  operationMessage,
  parameterParserEvent,
  pipelineJobEvent,
  polledJob,
  resourceHookEvent,
  stackHookEvent,
  workerJobEvent,
  workflowStepEvent,
};

describe.each(Object.entries(makers))('%s', (name, make) => {
  it.each([
    ['a name that is mistyped', { fille: 1 }, `${name} has no option "fille"; it has `],
    ['null', null, `the options of ${name} are an object, but got null`],
    ['a text', 'deploy', `the options of ${name} are an object, but got string`],
    ['a list', [], `the options of ${name} are an object, but got an array`],
  ])('refuses %s', (_what, options, message) => {
    const isMade = () => make(options as never);
    expect(isMade).toThrow(message);
    expect(isMade).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });

  it('makes something without being told anything', () => {
    expect(make(undefined as never)).toBeTypeOf('object');
  });
});

it('hands each option of a polled job on to the job of an executor, but those that such a job has no place for', () => {
  const told = { id: 'one', configuration: { Url: 'a' }, continuationToken: 'c', nonce: '2', pipelineName: 'p' };
  expect(executorJobEvent(told)).toMatchObject({
    jobId: 'one',
    data: { actionConfiguration: { Url: 'a' }, continuationToken: 'c' },
  });
  expect(actionStartedEvent('Mine').detail.type.provider).toBe('Mine');
});

it.each([
  ['no service', undefined, 'succeeded', 'expectAnswered takes what recordAnswers gave, and the outcome'],
  ['something else than a service', { calls: [] }, 'failed', 'expectAnswered takes what recordAnswers gave'],
  [
    'an outcome that is none',
    { answers: [] },
    'success',
    "an outcome is succeeded, failed, continued, but not 'success'",
  ],
])('expectAnswered refuses %s', (_what, service, outcome, message) => {
  expect(() => expectAnswered(service as never, outcome as never)).toThrow(message);
});
