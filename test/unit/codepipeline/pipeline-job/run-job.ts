import type { JobLogic, PipelineJobOptions } from 'ringback/codepipeline';
import { lambdaContext, type PipelineJobEventOptions, pipelineJobEvent } from 'ringback/testing';
import { afterEach, beforeEach } from 'vitest';
import { pipelineJobWith } from '../../../../lib/codepipeline/pipeline-job.ts';
import { createTestRuntime, type TestRuntime } from '../../test-runtime.ts';

/** What a job runs in; another one for each test of a file that says {@link eachTestHasARuntime}. */
export let runtime: TestRuntime;

/** Gives each test of the file that calls it a runtime of its own. */
export function eachTestHasARuntime(): void {
  beforeEach(async () => {
    runtime = await createTestRuntime();
  });
  afterEach(() => runtime.close());
}

/** Runs one job through a handler and gives what CodePipeline was told. */
export async function answerOf<Parameters, State>(
  logic: JobLogic<Parameters, State>,
  event: PipelineJobEventOptions = {},
  options: PipelineJobOptions<Parameters, State> = {},
  timeoutMs = 30_000,
) {
  await pipelineJobWith(() => runtime, logic, options)(pipelineJobEvent(event), lambdaContext({ timeoutMs }));
  return runtime.service.answers.at(-1);
}
