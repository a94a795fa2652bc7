import { BuildRunner, PipelineJobFunction } from '../../infra/index.ts';
import { declareSource, variableReferences } from './crash-pipelines.ts';
import { type StackParts, stageFunctions } from './crash-stack.ts';

/** The functions whose work builds do: both choices of what becomes of a crash. */
const STARTERS = ['Plain', 'Again'] as const;

/** Adds a runner, and a pipeline for each function that starts builds in it. */
export function declareBuilds({ stack, ringback, environment, entry }: StackParts): void {
  const addPipeline = declareSource(stack);
  const runner = new BuildRunner(stack, 'Runner', { ringback });
  for (const name of STARTERS) {
    const fn = new PipelineJobFunction(stack, name, {
      entry: entry('build-logic.ts'),
      environment,
      ringback,
      ...stageFunctions[name],
    });
    runner.grantStart(fn);
    addPipeline(name, [fn.action({ actionName: 'Work', userParameters: variableReferences })]);
  }
}
