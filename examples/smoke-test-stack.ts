import { fileURLToPath } from 'node:url';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { S3SourceAction, S3Trigger } from 'aws-cdk-lib/aws-codepipeline-actions';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { CustomActionWorker } from 'ringback/infra';

/** Properties of {@link SmokeTestStack}. */
export interface SmokeTestStackProps extends StackProps {
  /** The site to ask, such as `https://example.com`. */
  readonly site: string;
}

/** A custom test action, its worker, and a pipeline that asks two pages of a site. */
export class SmokeTestStack extends Stack {
  constructor(scope: Construct, id: string, { site, ...props }: SmokeTestStackProps) {
    super(scope, id, props);

    const worker = new CustomActionWorker(this, 'SmokeTest', {
      entry: fileURLToPath(new URL('smoke-test-worker.ts', import.meta.url)),
      actionType: {
        category: 'Test',
        provider: 'SmokeTest',
        properties: [{ name: 'site', key: true }, { name: 'paths' }],
        inputs: { max: 1 },
      },
    });
    const smokeTest = worker.action({ actionName: 'Ask', configuration: { site, paths: '/,/health' } });

    const bucket = new Bucket(this, 'Source', { versioned: true, enforceSSL: true }) as IBucket;
    const source = { bucket, bucketKey: 'source.zip', output: new Artifact(), trigger: S3Trigger.NONE };
    const pipeline = new Pipeline(this, 'Pipeline', {
      pipelineType: PipelineType.V2,
      crossAccountKeys: false,
      stages: [
        { stageName: 'Source', actions: [new S3SourceAction({ actionName: 'Source', ...source })] },
        { stageName: 'Test', actions: [smokeTest] },
      ],
    });
    new CfnOutput(this, 'PipelineName', { value: pipeline.pipelineName });
  }
}
