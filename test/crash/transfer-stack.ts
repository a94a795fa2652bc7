import { CfnOutput, Duration } from 'aws-cdk-lib';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { TransferWorkflow, WorkflowStepFunction } from '../../infra/index.ts';
import { environmentVariables } from '../../lib/constants.ts';
import { type StackParts, stageFunctions } from './crash-stack.ts';

/** The key of the tag that says why a step failed. */
export const FAILURE_TAG = 'ringback-failure';

/** Adds a workflow of one custom step for each function. */
export function declareWorkflows({ stack, ringback, environment, entry, addCompleter }: StackParts): void {
  const bucket = new Bucket(stack, 'Uploads') as IBucket;
  const failureEventBus = new EventBus(stack, 'Failures') as IEventBus;
  const told = { failureEventBus, failureTag: FAILURE_TAG };
  const mayTell = [
    new PolicyStatement({ actions: ['events:PutEvents'], resources: [failureEventBus.eventBusArn] }),
    new PolicyStatement({
      actions: ['s3:GetObjectTagging', 's3:PutObjectTagging'],
      resources: [bucket.arnForObjects('*')],
    }),
  ];
  const notices: Record<string, object> = {};
  for (const [name, props] of Object.entries(stageFunctions)) {
    const fn = new WorkflowStepFunction(stack, name, {
      entry: entry(name === 'Broken' ? 'never-loads.ts' : 'step-logic.ts'),
      environment,
      ringback,
      ...told,
      ...props,
    });
    fn.readsFrom(bucket);
    notices[fn.functionName] = { failureEventBus: failureEventBus.eventBusArn, failureTag: FAILURE_TAG };
    const workflow = new TransferWorkflow(stack, `${name}Workflow`, {
      uploads: [{ bucket }],
      steps: [fn.step({ name: 'work', timeout: Duration.minutes(30) })],
    });
    if (name === 'Plain') {
      addCompleter((completer) => {
        fn.grantComplete(completer);
        for (const statement of mayTell) completer.grantPrincipal.addToPrincipalPolicy(statement);
      });
    }
    new CfnOutput(stack, `${name}WorkflowId`, { value: workflow.workflowId });
    new CfnOutput(stack, `${name}WorkflowRole`, { value: workflow.executionRole.roleArn });
    new CfnOutput(stack, `${name}ContinuationQueueUrl`, { value: fn.enableContinuation().queueUrl });
  }
  // Of a step whose function never made an entry only its stack knows whom to tell.
  ringback.lastResort.addEnvironment(environmentVariables.stepNotices, stack.toJsonString(notices));
  for (const statement of mayTell) ringback.lastResort.addToRolePolicy(statement);
  new CfnOutput(stack, 'UploadsBucket', { value: bucket.bucketName });
}
