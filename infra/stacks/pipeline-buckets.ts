import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BucketEncryption, type CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { PipelineBucket } from './pipeline-bucket.ts';

/** Properties of {@link PipelineBuckets}. */
export interface PipelineBucketsProps {
  readonly removalPolicy: RemovalPolicy;
  /** Encrypts artifacts with a key of the stack's own. */
  readonly artifactKey: boolean;
}

/** The buckets of a pipeline: what it is fed, what its actions hand on, and who read either. */
export class PipelineBuckets extends Construct {
  /** Versioned, as CodePipeline demands of an S3 source; tells EventBridge of every new object. */
  readonly source: PipelineBucket;
  readonly artifacts: PipelineBucket;

  constructor(scope: Construct, id: string, { removalPolicy, artifactKey }: PipelineBucketsProps) {
    super(scope, id);
    const accessLogs: IBucket = new PipelineBucket(this, 'AccessLogs', {
      removalPolicy,
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ expiration: Duration.days(90) }],
    }) as IBucket;
    this.source = new PipelineBucket(this, 'Source', {
      removalPolicy,
      encryption: BucketEncryption.S3_MANAGED,
      versioned: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'source/',
    });
    // The construct's own switch for this brings a custom resource, although the bucket has the property.
    (this.source.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
    this.artifacts = new PipelineBucket(this, 'Artifacts', {
      removalPolicy,
      ...(artifactKey
        ? { encryption: BucketEncryption.KMS, encryptionKey: this.#createKey(removalPolicy), bucketKeyEnabled: true }
        : // The account's own S3 key: what CodePipeline takes by default. It costs nothing a month, where a key of
          // one's own costs a dollar; that one is needed only when actions run in other accounts.
          { encryption: BucketEncryption.KMS_MANAGED }),
      // An artifact is of use while its execution runs or may be retried.
      lifecycleRules: [{ expiration: Duration.days(30) }],
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: 'artifacts/',
    });
  }

  #createKey(removalPolicy: RemovalPolicy): Key {
    return new Key(this, 'ArtifactKey', {
      description: 'Encrypts the artifacts of the pipeline',
      enableKeyRotation: true,
      removalPolicy,
    });
  }
}
