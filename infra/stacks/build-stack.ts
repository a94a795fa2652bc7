import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { BuildSpec } from 'aws-cdk-lib/aws-codebuild';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { BuildRunner } from '../constructs/build-runner.ts';
import { PipelineJobFunction } from '../constructs/pipeline-job-function.ts';
import { Ringback } from '../constructs/ringback.ts';
import { TransferWorkflow } from '../constructs/transfer-workflow.ts';
import { WorkflowStepFunction } from '../constructs/workflow-step-function.ts';
import { handlerPath } from '../handler-path.ts';
import { PipelineBuckets } from './pipeline-buckets.ts';
import { acknowledgeObjectPatterns } from './pipeline-findings.ts';
import { sourceStage } from './source-stage.ts';

const SOURCE_KEY = 'source.zip';
const UPLOADS = 'uploads/';

/** What stands for hours of work: it names its subject, and refuses programs. */
const BUILD = {
  version: '0.2',
  env: { 'exported-variables': ['Subject'] },
  phases: {
    build: { commands: ['export Subject="$SUBJECT"', 'case "$SUBJECT" in *.exe) echo "no programs"; exit 1;; esac'] },
  },
};

/** Properties of {@link BuildStack}. */
export interface BuildStackProps extends StackProps {
  /** What becomes of buckets, ledger and log groups with the stack. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/** An example of work that outlives a function: a pipeline and a workflow that are answered from builds of one project. */
export class BuildStack extends Stack {
  constructor(scope: Construct, id: string, props: BuildStackProps = {}) {
    const { removalPolicy = RemovalPolicy.RETAIN, ...stackProps } = props;
    super(scope, id, { description: 'Ringback: work that is answered from a build', ...stackProps });

    const ringback = new Ringback(this, 'Ringback', { removalPolicy });
    const runner = new BuildRunner(this, 'Runner', { ringback, buildSpec: BuildSpec.fromObject(BUILD) });
    const release = new PipelineJobFunction(this, 'Release', { entry: handlerPath('build-release'), ringback });
    const scan = new WorkflowStepFunction(this, 'Scan', { entry: handlerPath('scan-in-build'), ringback });
    for (const fn of [release, scan]) runner.grantStart(fn);

    const buckets = new PipelineBuckets(this, 'Buckets', { removalPolicy, artifactKey: false });
    const pipeline = new Pipeline(this, 'Pipeline', {
      artifactBucket: buckets.artifacts as IBucket,
      pipelineType: PipelineType.V2,
      stages: [
        sourceStage(buckets.source as IBucket, SOURCE_KEY, new Artifact('Source')),
        { stageName: 'Release', actions: [release.action({ actionName: 'Release', userParameters: 'rocket' })] },
      ],
    });
    acknowledgeObjectPatterns(pipeline, [buckets.source, buckets.artifacts]);
    const workflow = new TransferWorkflow(this, 'Workflow', {
      description: 'Has uploads looked at in a build',
      uploads: [{ bucket: buckets.source as IBucket, key: UPLOADS }],
      steps: [scan.step({ name: 'scan', timeout: Duration.minutes(30) })],
    });

    new CfnOutput(this, 'PipelineName', { value: pipeline.pipelineName });
    new CfnOutput(this, 'BucketName', { value: buckets.source.bucketName });
    new CfnOutput(this, 'SourceKey', { value: SOURCE_KEY });
    new CfnOutput(this, 'UploadPrefix', { value: UPLOADS });
    new CfnOutput(this, 'WorkflowId', { value: workflow.workflowId });
    new CfnOutput(this, 'WorkflowRoleArn', { value: workflow.executionRole.roleArn });
  }
}
