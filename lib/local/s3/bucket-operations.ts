import { AwsError } from '../kernel/aws-error.ts';
import { readBucketPolicy } from './bucket-policy.ts';
import { documentOf, queryOf, type S3Operation, sendEmpty, sendXml } from './s3-call.ts';
import type { S3Parts } from './s3-parts.ts';
import { childText, malformedXml, parseXml } from './xml.ts';

/** The operations on buckets themselves. */
export function createBucketOperations({ kernel, store, permissions }: S3Parts): Record<string, S3Operation> {
  const owner = { ID: kernel.accountId, DisplayName: kernel.accountId };

  return {
    ListBuckets(call) {
      permissions.account(call.context, 's3:ListAllMyBuckets');
      const prefix = queryOf(call, 'prefix') ?? '';
      const buckets = store.buckets().filter(({ name }) => name.startsWith(prefix));
      const Bucket = buckets.map(({ name, createdAt }) => ({
        Name: name,
        CreationDate: new Date(createdAt).toISOString(),
        BucketRegion: kernel.region,
      }));
      sendXml(call, 'ListAllMyBucketsResult', { Owner: owner, Buckets: { Bucket } });
    },

    async CreateBucket(call) {
      permissions.bucketNamed(call.context, 's3:CreateBucket', call.bucket);
      const document = await documentOf(call);
      if (document !== '' && parseXml(document).name !== 'CreateBucketConfiguration') throw malformedXml();
      store.createBucket(call.bucket);
      sendEmpty(call, 200, { location: `/${call.bucket}` });
    },

    HeadBucket(call) {
      permissions.bucket(call.context, 's3:ListBucket', store.bucket(call.bucket));
      sendEmpty(call, 200, { 'x-amz-bucket-region': kernel.region, 'x-amz-access-point-alias': 'false' });
    },

    DeleteBucket(call) {
      permissions.bucket(call.context, 's3:DeleteBucket', store.bucket(call.bucket));
      store.deleteBucket(call.bucket);
      sendEmpty(call, 204);
    },

    GetBucketLocation(call) {
      permissions.bucket(call.context, 's3:GetBucketLocation', store.bucket(call.bucket));
      // us-east-1 is the one region that S3 leaves unnamed here.
      sendXml(call, 'LocationConstraint', kernel.region === 'us-east-1' ? undefined : kernel.region);
    },

    GetBucketVersioning(call) {
      const bucket = store.bucket(call.bucket);
      permissions.bucket(call.context, 's3:GetBucketVersioning', bucket);
      sendXml(call, 'VersioningConfiguration', { Status: bucket.versioning });
    },

    async PutBucketVersioning(call) {
      const bucket = store.bucket(call.bucket);
      permissions.bucket(call.context, 's3:PutBucketVersioning', bucket);
      const status = childText(parseXml(await documentOf(call)), 'Status');
      if (status !== 'Enabled' && status !== 'Suspended') throw malformedXml();
      bucket.versioning = status;
      sendEmpty(call, 200);
    },

    GetBucketEncryption(call) {
      const bucket = store.bucket(call.bucket);
      permissions.bucket(call.context, 's3:GetEncryptionConfiguration', bucket);
      const { algorithm, keyId, bucketKeyEnabled } = bucket.defaultEncryption;
      sendXml(call, 'ServerSideEncryptionConfiguration', {
        Rule: {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: algorithm, KMSMasterKeyID: keyId },
          BucketKeyEnabled: bucketKeyEnabled ?? false,
        },
      });
    },

    GetBucketPolicy(call) {
      const bucket = store.bucket(call.bucket);
      permissions.bucket(call.context, 's3:GetBucketPolicy', bucket);
      if (bucket.policy === undefined) {
        throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', { status: 404 });
      }
      call.response.setHeader('content-type', 'application/json');
      call.response.end(JSON.stringify(bucket.policy));
    },

    async PutBucketPolicy(call) {
      const bucket = store.bucket(call.bucket);
      permissions.bucket(call.context, 's3:PutBucketPolicy', bucket);
      bucket.policy = readBucketPolicy(await documentOf(call));
      sendEmpty(call, 204);
    },

    DeleteBucketPolicy(call) {
      const bucket = store.bucket(call.bucket);
      permissions.bucket(call.context, 's3:DeleteBucketPolicy', bucket);
      bucket.policy = undefined;
      sendEmpty(call, 204);
    },
  };
}
