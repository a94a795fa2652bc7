import { CfnOutput, CfnParameter, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { Rule } from 'aws-cdk-lib/aws-events';
import { CodePipeline as PipelineTarget } from 'aws-cdk-lib/aws-events-targets';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { PipelineJobFunction } from '../constructs/pipeline-job-function.ts';
import { Ringback } from '../constructs/ringback.ts';
import { handlerPath } from '../handler-path.ts';
import { PipelineBuckets } from './pipeline-buckets.ts';
import { acknowledgeObjectPatterns } from './pipeline-findings.ts';
import { sourceStage } from './source-stage.ts';

const SOURCE_KEY = 'source.zip';

/** Properties of {@link PipelineStack}. */
export interface PipelineStackProps extends StackProps {
  /** What becomes of buckets, ledger and log groups with the stack. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
  /** Encrypts artifacts with a key of the stack's own, as actions in other accounts need. @default false */
  readonly artifactKey?: boolean;
}

/**
 * An example pipeline: a gate that waits until an address is healthy, a manifest of every file in the source, and two
 * checks side by side: that the source still is what the manifest's variables say, and that the manifest was written.
 *
 * Its input is `source.zip` in the source bucket; the address is the template parameter `GateUrl`.
 */
export class PipelineStack extends Stack {
  constructor(scope: Construct, id: string, props: PipelineStackProps = {}) {
    const { removalPolicy = RemovalPolicy.RETAIN, artifactKey = false, ...stackProps } = props;
    super(scope, id, { description: 'Ringback: Lambda actions in a pipeline', ...stackProps });

    const gateUrl = new CfnParameter(this, 'GateUrl', {
      description: 'The address that must be healthy before the pipeline goes on',
      default: 'https://example.com/',
      allowedPattern: 'https?://.+',
    });
    const ringback = new Ringback(this, 'Ringback', { removalPolicy });
    const gate = new PipelineJobFunction(this, 'Gate', {
      entry: handlerPath('deployment-gate'),
      description: 'Holds the pipeline until an address is healthy',
      ringback,
    });
    const manifest = new PipelineJobFunction(this, 'Manifest', {
      entry: handlerPath('artifact-manifest'),
      description: 'Lists every file of an artifact with its checksum',
      ringback,
    });

    const buckets = new PipelineBuckets(this, 'Buckets', { removalPolicy, artifactKey });
    const source = new Artifact('Source');
    const listing = new Artifact('Manifest');
    const list = manifest.action({
      actionName: 'List',
      inputs: [source],
      outputs: [listing],
      variablesNamespace: 'Manifest',
    });
    const pipeline = new Pipeline(this, 'Pipeline', {
      artifactBucket: buckets.artifacts as IBucket,
      // Billed by the minute of use; the older type costs a dollar a month even where nothing runs.
      pipelineType: PipelineType.V2,
      stages: [
        sourceStage(buckets.source as IBucket, SOURCE_KEY, source),
        {
          stageName: 'Gate',
          actions: [
            gate.action({ actionName: 'Healthy', userParameters: { url: gateUrl.valueAsString, attempts: 10 } }),
          ],
        },
        { stageName: 'Manifest', actions: [list] },
        {
          stageName: 'Verify',
          actions: [
            manifest.action({
              actionName: 'Source',
              inputs: [source],
              userParameters: {
                expectFiles: list.variable('FileCount'),
                expectSha256: list.variable('ManifestSha256'),
              },
            }),
            manifest.action({ actionName: 'Listing', inputs: [listing], userParameters: { expectFiles: 1 } }),
          ],
        },
      ],
    });
    startOnNewSource(this, buckets.source as IBucket, pipeline);
    acknowledgeObjectPatterns(pipeline, [buckets.source, buckets.artifacts]);

    new CfnOutput(this, 'PipelineName', { value: pipeline.pipelineName });
    new CfnOutput(this, 'SourceBucketName', { value: buckets.source.bucketName });
    new CfnOutput(this, 'SourceKey', { value: SOURCE_KEY });
  }
}

/** Starts the pipeline by the bucket's own events: sooner than polling, and without a CloudTrail trail. */
function startOnNewSource(scope: Construct, bucket: IBucket, pipeline: Pipeline): void {
  new Rule(scope, 'NewSource', {
    description: 'Starts the pipeline when a new source is uploaded',
    eventPattern: {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: { bucket: { name: [bucket.bucketName] }, object: { key: [SOURCE_KEY] } },
    },
    targets: [new PipelineTarget(pipeline)],
  });
}
