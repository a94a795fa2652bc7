import { CfnOutput, Duration } from 'aws-cdk-lib';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { TransferWorkflow, WorkflowStepFunction } from '../../infra/index.ts';
import { type StackParts, stageFunctions } from './crash-stack.ts';

/** Adds a workflow of one custom step for each function. */
export function declareWorkflows({ stack, ringback, environment, entry, addCompleter }: StackParts): void {
  const bucket = new Bucket(stack, 'Uploads') as IBucket;
  for (const [name, props] of Object.entries(stageFunctions)) {
    const fn = new WorkflowStepFunction(stack, name, {
      entry: entry(name === 'Broken' ? 'never-loads.ts' : 'step-logic.ts'),
      environment,
      ringback,
      ...props,
    });
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
