import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CloudControlPolicy, PipelineJobFunction } from '../../infra/index.ts';
import { declareSource, variableReferences } from './crash-pipelines.ts';
import { type StackParts, stageFunctions } from './crash-stack.ts';

/** The functions that follow requests: both choices of what becomes of a crash. */
const FOLLOWERS = ['Again', 'Plain'] as const;

/** Adds a pipeline for each function that follows requests of Cloud Control; the last resort needs no more than elsewhere. */
export function declareFollowers({ stack, ringback, environment, entry }: StackParts): void {
  const addPipeline = declareSource(stack);
  for (const name of FOLLOWERS) {
    const fn = new PipelineJobFunction(stack, name, {
      entry: entry('resource-logic.ts'),
      environment,
      ringback,
      ...stageFunctions[name],
    });
    if (fn.role === undefined) throw new Error(`the function ${name} has no role`);
    new CloudControlPolicy(stack, `${name}CloudControl`, { role: fn.role });
    // What the handlers of the types do; which of it a type needs is not what is tried here.
    fn.addToRolePolicy(new PolicyStatement({ actions: ['events:*', 'logs:*', 'sqs:*', 'ssm:*'], resources: ['*'] }));
    addPipeline(name, [fn.action({ actionName: 'Work', userParameters: variableReferences })]);
  }
}
