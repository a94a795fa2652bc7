import { CfnOutput, Duration } from 'aws-cdk-lib';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { TransferWorkflow, WorkflowStepFunction } from '../../infra/index.ts';
import { type StackParts, stageFunctions } from './crash-stack.ts';

/** The key of the tag that says why a step failed. */
export const FAILURE_TAG = 'ringback-failure';

/** Adds a workflow of one custom step for each function. */
export function declareWorkflows({ stack, ringback, environment, entry, addCompleter }: StackParts): void {
  const bucket = new Bucket(stack, 'Uploads') as IBucket;
  const failureEventBus = new EventBus(stack, 'Failures') as IEventBus;
  const told = { failureEventBus, failureTag: FAILURE_TAG };
  for (const [name, props] of Object.entries(stageFunctions)) {
    const fn = new WorkflowStepFunction(stack, name, {
      entry: entry(name === 'Broken' ? 'never-loads.ts' : 'step-logic.ts'),
      environment,
      ringback,
      ...told,
      ...props,
    });
    fn.readsFrom(bucket);
    const workflow = new TransferWorkflow(stack, `${name}Workflow`, {
      uploads: [{ bucket }],
      steps: [fn.step({ name: 'work', timeout: Duration.minutes(30) })],
    });
    if (name === 'Plain') addCompleter((completer) => fn.grantComplete(completer));
    new CfnOutput(stack, `${name}WorkflowId`, { value: workflow.workflowId });
    new CfnOutput(stack, `${name}WorkflowRole`, { value: workflow.executionRole.roleArn });
    new CfnOutput(stack, `${name}ContinuationQueueUrl`, { value: fn.enableContinuation().queueUrl });
  }
  new CfnOutput(stack, 'UploadsBucket', { value: bucket.bucketName });
}
