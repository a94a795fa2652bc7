import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type BucketProps, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** The buckets of the example workflow. */
export class TransferBuckets extends Construct {
  /** Where partners' uploads land; what no workflow has taken away is deleted after a month. */
  readonly uploads: Bucket;
  /** Accepted and refused files, checksums and reports. Keeps versions: a second file of a name hides no first one. */
  readonly store: Bucket;

  constructor(scope: Construct, id: string, removalPolicy: RemovalPolicy) {
    super(scope, id);
    const common: BucketProps = {
      removalPolicy,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
    };
    const serverAccessLogsBucket: IBucket = new Bucket(this, 'AccessLogs', {
      ...common,
      lifecycleRules: [{ expiration: Duration.days(90) }],
    }) as IBucket;
    this.uploads = new Bucket(this, 'Uploads', {
      ...common,
      serverAccessLogsBucket,
      serverAccessLogsPrefix: 'uploads/',
      lifecycleRules: [{ expiration: Duration.days(30), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
    this.store = new Bucket(this, 'Store', {
      ...common,
      versioned: true,
      serverAccessLogsBucket,
      serverAccessLogsPrefix: 'store/',
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
        { prefix: 'quarantine/', expiration: Duration.days(90), noncurrentVersionExpiration: Duration.days(90) },
      ],
    });
  }
}
