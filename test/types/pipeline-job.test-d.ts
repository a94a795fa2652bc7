import type { Callback, Succeeded } from 'ringback';
import {
  continueAfter,
  defer,
  type FailureType,
  fail,
  type InvocationContext,
  type JobFailureDetails,
  type JobLogic,
  type JobSuccessDetails,
  type LambdaHandler,
  type PipelineJob,
  pipelineJob,
  succeed,
} from 'ringback/codepipeline';
import { expectTypeOf } from 'vitest';
import * as z from 'zod';

/* Compiled, never run: `npm run check` is the test. */

const parameters = z.object({ url: z.url(), attempts: z.coerce.number().default(20) });
const state = z.object({ attempt: z.number() });

// Parameters and state are what the schemas give out, defaults and coercions applied.
const handler = pipelineJob(
  async (job) => {
    expectTypeOf(job).toEqualTypeOf<PipelineJob<{ url: string; attempts: number }, { attempt: number }>>();
    expectTypeOf(job.parameters).toEqualTypeOf<{ url: string; attempts: number }>();
    expectTypeOf(job.state).toEqualTypeOf<{ attempt: number } | undefined>();
    expectTypeOf(job.signal).toEqualTypeOf<AbortSignal>();
    expectTypeOf(job.callback).toEqualTypeOf<Callback>();
    // @ts-expect-error: the schema has no such parameter
    job.parameters.nothing;
    // @ts-expect-error: on the first run there is no state
    job.state.attempt;
    // @ts-expect-error: a job is read, not written
    job.id = 'another';
    return succeed();
  },
  { parameters, state },
);
expectTypeOf(handler).toEqualTypeOf<LambdaHandler>();
expectTypeOf(handler).parameter(0).toEqualTypeOf<unknown>();
expectTypeOf(handler).parameter(1).toEqualTypeOf<InvocationContext>();

// Without schemas nothing is known of them.
pipelineJob((job) => {
  expectTypeOf(job.parameters).toEqualTypeOf<unknown>();
  expectTypeOf(job.state).toEqualTypeOf<unknown>();
});

// A schema of another library needs the Standard Schema interface alone.
declare const standard: {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: 'another';
    readonly validate: (value: unknown) => { readonly value: 'left' | 'right' };
    readonly types?: { readonly input: unknown; readonly output: 'left' | 'right' };
  };
};
pipelineJob(
  (job) => {
    expectTypeOf(job.parameters).toEqualTypeOf<'left' | 'right'>();
  },
  { parameters: standard },
);

// Logic may return any of the four outcomes, or nothing, at once or later.
pipelineJob(() => succeed({ variables: { Count: 3, List: ['a'] }, summary: 'done', percentComplete: 100 }));
pipelineJob(async () => fail(new Error('reason'), { type: 'ConfigurationError', externalExecutionId: '17' }));
pipelineJob(async () => continueAfter({ minutes: 5 }, { attempt: 2 }));
pipelineJob(() => defer({ within: { hours: 24 } }));
pipelineJob(() => undefined);
pipelineJob(async () => {});
pipelineJob(async (job) => (job.run > 1 ? succeed() : continueAfter({ seconds: 30 })));
expectTypeOf(succeed({ variables: { Count: 3 } })).toEqualTypeOf<Succeeded<JobSuccessDetails>>();
expectTypeOf<JobFailureDetails>().toEqualTypeOf<{
  readonly type?: FailureType;
  readonly externalExecutionId?: string;
}>();
expectTypeOf<(job: PipelineJob<string, number>) => Promise<void>>().toExtend<JobLogic<string, number>>();

// @ts-expect-error: logic returns an outcome and no bare value
pipelineJob(() => true);
// @ts-expect-error: logic returns an outcome and no bare value, later as well
pipelineJob(async () => 'done');
// @ts-expect-error: CodePipeline takes no such detail
succeed({ colour: 'green' });
// @ts-expect-error: a summary is text
succeed({ summary: 3 });
// @ts-expect-error: CodePipeline has no such type of failure
fail('reason', { type: 'Timeout' });
// @ts-expect-error: there is no such option
pipelineJob(() => undefined, { timeout: 3 });
// @ts-expect-error: a crash is answered failed or tried again
pipelineJob(() => undefined, { onCrash: 'ignore' });
// @ts-expect-error: parameters are read as text, as JSON or by a schema
pipelineJob(() => undefined, { parameters: 'yaml' });
