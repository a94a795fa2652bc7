import { actionExecutor, pipelineJob } from 'ringback/codepipeline';
import { resourceHook } from 'ringback/hooks';
import { provisioningEngine } from 'ringback/servicecatalog';
import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
import { workflowStep } from 'ringback/transfer';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { pipelineJobWith } from '../../../lib/codepipeline/pipeline-job.ts';
import { createTestRuntime } from '../test-runtime.ts';

const logic = () => undefined;
const engine = { provision: logic, update: logic, terminate: logic };

/** Makes a handler with what JavaScript lets through. */
const makers: Readonly<Record<string, (options: never) => unknown>> = {
  pipelineJob: (options) => pipelineJob(logic, options),
  workflowStep: (options) => workflowStep(logic, options),
  provisioningEngine: (options) => provisioningEngine(engine, options),
  resourceHook: (options) => resourceHook(logic, options),
  actionExecutor: (options) => actionExecutor(logic, options),
};

describe.each(Object.entries(makers))('the options of %s', (name, make) => {
  it.each<[string, unknown, RegExp]>([
    ['null', null, /are an object, but got null/],
    ['a number', 5, /are an object, but got number/],
    ['a list', [], /are an object, but got an array/],
    ['a misspelt one', { paramters: 1 }, /has no option "paramters"; it has (\w+, )*state(, \w+)*$/],
    ['a state that is no schema', { state: { attempt: 'number' } }, /state must be a Standard Schema/],
    ['a state that is text', { state: 'json' }, /state must be a Standard Schema .*, but is "json"/],
    ['a state of nothing', { state: null }, /state must be a Standard Schema .*, but is null$/],
    ['a state that is a number', { state: 5 }, /state must be a Standard Schema .*, but is of type number$/],
  ])('are refused at once: %s', (_what, options, message) => {
    expect(() => make(options as never)).toThrow(message);
    expect(() => make(options as never)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });

  it(`may have a schema, or be absent: ${name}`, () => {
    expect(make({ state: z.object({}) } as never)).toBeTypeOf('function');
    expect(make(undefined as never)).toBeTypeOf('function');
  });
});

describe('a pipeline job', () => {
  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [{}, 'object'],
  ])('takes a function, and not %j', (given, got) => {
    expect(() => pipelineJob(given as never)).toThrow(`pipelineJob takes a function, but got ${got}`);
  });

  it('takes no other choice for a crash than there is', () => {
    const options = { onCrash: 'maybe' } as never;
    expect(() => pipelineJob(logic, options)).toThrow('onCrash must be fail or retry, but is "maybe"');
  });
});

describe('the parameters of a pipeline job', () => {
  it.each(['text', 'json', z.object({})])('are read as %s', (parameters) => {
    expect(pipelineJob(logic, { parameters } as never)).toBeTypeOf('function');
  });

  it.each(['jsn', {}, null, 5, { '~standard': {} }])('are not read as %j', (parameters) => {
    expect(() => pipelineJob(logic, { parameters } as never)).toThrow(
      /parameters must be .* or 'text' or 'json', but is/,
    );
  });
});

describe('a schema of a library that has another interface', () => {
  it.each([{ parse: () => 1 }, Object.assign(() => undefined, { ast: {} })])(
    'is told what it lacks: %o',
    (parameters) => {
      expect(() => pipelineJob(logic, { parameters } as never)).toThrow(
        /is of type (object|function) without "~standard", which Zod's have from 3\.24 on/,
      );
    },
  );
});

describe('the context of an invocation', () => {
  it.each([
    [undefined, 'the context is missing'],
    [null, 'the context is missing'],
    [JSON.parse(JSON.stringify(lambdaContext())), 'the context has no function getRemainingTimeInMillis'],
  ])('is told apart from what a wrapper makes of it: %j', async (context, message) => {
    const runtime = await createTestRuntime();
    onTestFinished(() => runtime.close());
    await expect(pipelineJobWith(() => runtime, logic)(pipelineJobEvent(), context as never)).rejects.toThrow(message);
  });

  it.each([undefined, null, {}, { functionName: 'f' }])('is asked for by name: %j', async (context) => {
    const runtime = await createTestRuntime();
    onTestFinished(() => runtime.close());
    const handler = pipelineJobWith(() => runtime, logic);
    await expect(handler(pipelineJobEvent(), context as never)).rejects.toThrow(
      /lambdaContext\(\) of ringback\/testing/,
    );
  });

  it.each([Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER, 2 ** 31 + 1_500, 30 * 86_400_000])(
    'may leave more time than a timer takes: %d ms',
    async (leftMs) => {
      const runtime = await createTestRuntime();
      onTestFinished(() => runtime.close());
      const slow = () => new Promise<undefined>((resolve) => setTimeout(resolve, 20, undefined));
      await pipelineJobWith(() => runtime, slow)(pipelineJobEvent(), {
        ...lambdaContext(),
        getRemainingTimeInMillis: () => leftMs,
      });
      expect(runtime.service.answers).toMatchObject([{ operation: 'PutJobSuccessResult' }]);
    },
  );
});
