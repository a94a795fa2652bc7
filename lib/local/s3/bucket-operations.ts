import { AwsError } from '../kernel/aws-error.ts';
import { readBucketPolicy } from './bucket-policy.ts';
import { documentOf } from './document.ts';
import { headerOf } from './header-of.ts';
import { decodeToken, encodeToken } from './list-request.ts';
import { readNewBucket, regionOf } from './new-bucket.ts';
import { setOwnership } from './ownership.ts';
import { refuseBucketAcls } from './refused-headers.ts';
import { countOf, queryOf, type S3Call, type S3Operation, sendEmpty, sendXml } from './s3-call.ts';
import type { S3Parts } from './s3-parts.ts';
import { childText, malformedXml, parseXml } from './xml.ts';

/** The largest page of buckets (API reference, ListBuckets). */
const MOST_BUCKETS = 10_000;

/** The operations on buckets themselves. */
export function createBucketOperations({ kernel, store, permissions }: S3Parts): Record<string, S3Operation> {
  const owner = { ID: kernel.accountId, DisplayName: kernel.accountId };

  return {
    ListBuckets(call) {
      permissions.account(call.context, 's3:ListAllMyBuckets');
      const prefix = queryOf(call, 'prefix');
      const region = queryOf(call, 'bucket-region');
      const token = queryOf(call, 'continuation-token') ?? '';
      const after = token === '' ? '' : decodeToken(token);
      const following = store
        .buckets()
        .filter((bucket) => bucket.name.startsWith(prefix ?? '') && bucket.name > after)
        .filter((bucket) => region === undefined || regionOf(bucket, kernel.region) === region);
      const page = following.slice(0, mostBuckets(call));
      const Bucket = page.map((bucket) => ({
        Name: bucket.name,
        CreationDate: new Date(bucket.createdAt).toISOString(),
        BucketRegion: regionOf(bucket, kernel.region),
      }));
      sendXml(call, 'ListAllMyBucketsResult', {
        Owner: owner,
        Buckets: { Bucket },
        Prefix: prefix,
        ContinuationToken: page.length < following.length ? encodeToken(page.at(-1)?.name ?? '') : undefined,
      });
    },

    async CreateBucket(call) {
      const { request, context: caller, bucket: name } = call;
      permissions.bucketNamed(caller, 's3:CreateBucket', name);
      const wanted = await readNewBucket(call, kernel.region);
      for (const action of wanted.actions) permissions.bucketNamed(caller, action, name);
      const bucket = store.createBucket(name, (made) => {
        setOwnership(made, headerOf(request, 'x-amz-object-ownership'));
        refuseBucketAcls(request, made);
      });
      bucket.location = wanted.location;
      bucket.tags = wanted.tags;
      bucket.objectLock = wanted.objectLock;
      if (wanted.objectLock) bucket.versioning = 'Enabled';
      sendEmpty(call, 200, { location: `/${name}` });
    },

    HeadBucket(call) {
      const bucket = store.bucket(call.bucket);
      permissions.bucket(call.context, 's3:ListBucket', bucket);
      sendEmpty(call, 200, {
        'x-amz-bucket-region': regionOf(bucket, kernel.region),
        'x-amz-access-point-alias': 'false',
      });
    },

    DeleteBucket(call) {
      permissions.bucket(call.context, 's3:DeleteBucket', store.bucket(call.bucket));
      store.deleteBucket(call.bucket);
      sendEmpty(call, 204);
    },

    GetBucketLocation(call) {
      const bucket = store.bucket(call.bucket);
      permissions.bucket(call.context, 's3:GetBucketLocation', bucket);
      const location = bucket.location ?? kernel.region;
      // us-east-1 is the one region that S3 leaves unnamed here.
      sendXml(call, 'LocationConstraint', location === 'us-east-1' ? undefined : location);
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
      if (bucket.objectLock && status === 'Suspended') {
        const message =
          'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.';
        throw new AwsError('InvalidBucketState', message, { status: 409 });
      }
      bucket.versioning = status;
      sendEmpty(call, 200);
    },

    GetBucketEncryption(call) {
      const bucket = store.bucket(call.bucket);
      permissions.bucket(call.context, 's3:GetEncryptionConfiguration', bucket);
      const { algorithm, namedKey, bucketKeyEnabled } = bucket.defaultEncryption;
      sendXml(call, 'ServerSideEncryptionConfiguration', {
        Rule: {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: algorithm, KMSMasterKeyID: namedKey },
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

/** How many buckets a page has at most; without a word about it, all of them. @throws AwsError InvalidArgument */
function mostBuckets(call: S3Call): number {
  const most = countOf(call, 'max-buckets', MOST_BUCKETS);
  if (most >= 1 && most <= MOST_BUCKETS) return most;
  throw new AwsError('InvalidArgument', `Argument max-buckets must be an integer between 1 and ${MOST_BUCKETS}`, {
    members: { ArgumentName: 'max-buckets', ArgumentValue: String(most) },
  });
}
