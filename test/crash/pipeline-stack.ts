import { PipelineJobFunction } from '../../infra/index.ts';
import { declareSource, variableReferences } from './crash-pipelines.ts';
import { type StackParts, stageFunctions } from './crash-stack.ts';

/** Adds a pipeline for each function. */
export function declarePipelines({ stack, ringback, environment, entry, addCompleter }: StackParts): void {
  const addPipeline = declareSource(stack);
  for (const [name, props] of Object.entries(stageFunctions)) {
    const fn = new PipelineJobFunction(stack, name, {
      entry: entry(name === 'Broken' ? 'never-loads.ts' : 'pipeline-logic.ts'),
      environment,
      ringback,
      ...props,
    });
    addPipeline(name, [fn.action({ actionName: 'Work', userParameters: variableReferences })]);
    if (name === 'Plain') addCompleter((completer) => fn.grantComplete(completer));
  }
}
