import { App, CfnOutput, CfnParameter, Stack } from 'aws-cdk-lib';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { S3SourceAction, S3Trigger } from 'aws-cdk-lib/aws-codepipeline-actions';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { PipelineJobFunction } from 'ringback/infra';

const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false });
const stack = new Stack(app, 'Consumer');
const url = new CfnParameter(stack, 'Url').valueAsString;
const source = new Bucket(stack, 'Source', { versioned: true });
const gate = new PipelineJobFunction(stack, 'Gate', { entry: 'handlers/deployment-gate.ts' });
const pipeline = new Pipeline(stack, 'Pipeline', {
  pipelineType: PipelineType.V2,
  stages: [
    {
      stageName: 'Source',
      actions: [
        new S3SourceAction({
          actionName: 'Source',
          bucket: source as IBucket,
          bucketKey: 'source.zip',
          output: new Artifact('Source'),
          trigger: S3Trigger.NONE,
        }),
      ],
    },
    { stageName: 'Gate', actions: [gate.action({ actionName: 'Healthy', userParameters: { url } })] },
  ],
});
new CfnOutput(stack, 'PipelineName', { value: pipeline.pipelineName });
new CfnOutput(stack, 'SourceBucket', { value: source.bucketName });
app.synth();
