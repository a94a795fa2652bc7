import { fileURLToPath } from 'node:url';
import { Duration, type Stack } from 'aws-cdk-lib';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { BuildRunner, PipelineJobFunction, TransferWorkflow, WorkflowStepFunction } from 'ringback/infra';
import { sourceStage } from '../../infra/stacks/source-stage.ts';

/** What one pipeline's action does. */
export interface BuildWanted {
  /** Commands of the phase `build`. */
  readonly commands: readonly string[];
  readonly exports?: readonly string[];
  readonly answer?: 'end' | 'command';
  readonly project?: string;
}

/** A stack with a pipeline for each build, by name, all of one function and one runner. */
export const declareBuilds = (pipelines: Readonly<Record<string, BuildWanted>>) => (stack: Stack) => {
  const bucket = new Bucket(stack, 'Source', { versioned: true }) as IBucket;
  const runner = new BuildRunner(stack, 'Runner', { queuedTimeout: Duration.minutes(5) });
  const fn = new PipelineJobFunction(stack, 'Job', {
    entry: fileURLToPath(new URL('fixtures/build-job.ts', import.meta.url)),
  });
  runner.grantStart(fn);
  for (const [name, { commands, exports = [], ...options }] of Object.entries(pipelines)) {
    const env = exports.length === 0 ? {} : { env: { 'exported-variables': exports } };
    const buildspec = { version: '0.2', ...env, phases: { build: { commands } } };
    new Pipeline(stack, name, {
      pipelineName: name,
      pipelineType: PipelineType.V2,
      artifactBucket: bucket,
      stages: [
        sourceStage(bucket, 'source.zip', new Artifact('Source')),
        {
          stageName: 'Build',
          actions: [fn.action({ actionName: 'Build', userParameters: JSON.stringify({ buildspec, ...options }) })],
        },
      ],
    });
  }
  const step = new WorkflowStepFunction(stack, 'Step', {
    entry: fileURLToPath(new URL('fixtures/build-step.ts', import.meta.url)),
    timeout: Duration.seconds(20),
  });
  runner.grantStart(step);
  const workflow = new TransferWorkflow(stack, 'Workflow', {
    uploads: [{ bucket, key: 'in/' }],
    steps: [step.step({ name: 'scan', timeout: Duration.minutes(30) })],
  });
  return {
    SourceBucket: bucket.bucketName,
    WorkflowId: workflow.workflowId,
    Role: workflow.executionRole.roleArn,
    Ledger: runner.ringback.ledger.tableName,
  };
};
