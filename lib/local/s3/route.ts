import { AwsError } from '../kernel/aws-error.ts';
import { BUCKET_CONFIGURATIONS, configurationOperation } from './bucket-configurations.ts';

/** Sub-resources of buckets and objects that S3 has and this service does not simulate. */
const NOT_SIMULATED = [
  'analytics',
  'attributes',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'metrics',
  'restore',
  'retention',
  'select',
  'session',
  'torrent',
];

/** Those of which buckets have some operations. */
const ONLY_OF_BUCKETS = [
  ...Object.keys(BUCKET_CONFIGURATIONS),
  'acl',
  'notification',
  'object-lock',
  'policyStatus',
  'replication',
];

/** What decides which operation a request means. */
export interface RouteInput {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  /** Whether the request has the header `x-amz-copy-source`. */
  readonly copies: boolean;
}

/** The name of the operation that a request means. @throws AwsError NotImplemented, MethodNotAllowed */
export function routeOf(input: RouteInput): string {
  const { method, query } = input;
  const configuration = input.bucket !== '' && input.key === '' ? bucketConfigurationOf(method, query) : undefined;
  if (configuration !== undefined) return configuration;
  const missing = [...NOT_SIMULATED, ...ONLY_OF_BUCKETS].find((name) => query.has(name));
  if (missing !== undefined && input.bucket !== '') {
    const message = `A header you provided implies functionality that is not implemented: the sub-resource ${missing} is not simulated`;
    throw new AwsError('NotImplemented', message, { status: 501 });
  }
  const operation = operationOf(input);
  if (operation !== undefined) return operation;
  throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    status: 405,
    members: { Method: method, ResourceType: input.key === '' ? 'BUCKET' : 'OBJECT' },
  });
}

function bucketConfigurationOf(method: string, query: URLSearchParams): string | undefined {
  const named: Record<string, string> = {
    'GET acl': 'GetBucketAcl',
    'PUT acl': 'PutBucketAcl',
    'PUT encryption': 'PutBucketEncryption',
    'DELETE encryption': 'DeleteBucketEncryption',
    'GET notification': 'GetBucketNotificationConfiguration',
    'PUT notification': 'PutBucketNotificationConfiguration',
    'GET object-lock': 'GetObjectLockConfiguration',
    'GET policyStatus': 'GetBucketPolicyStatus',
    'GET replication': 'GetBucketReplication',
  };
  const found = Object.keys(named).find(
    (name) => name.startsWith(`${method} `) && query.has(name.slice(method.length + 1)),
  );
  return found === undefined ? configurationOperation(method, query) : named[found];
}

function operationOf(input: RouteInput): string | undefined {
  if (input.bucket === '') return input.method === 'GET' ? 'ListBuckets' : undefined;
  return input.key === '' ? bucketOperationOf(input) : objectOperationOf(input);
}

function bucketOperationOf({ method, query }: RouteInput): string | undefined {
  const name = ['versioning', 'policy', 'encryption', 'location', 'versions', 'uploads', 'delete', 'tagging'].find(
    (candidate) => query.has(candidate),
  );
  const plain: Record<string, string> = {
    PUT: 'CreateBucket',
    HEAD: 'HeadBucket',
    DELETE: 'DeleteBucket',
    // A form of a page, which is not simulated and says so.
    POST: 'PostObject',
    GET: query.get('list-type') === '2' ? 'ListObjectsV2' : 'ListObjects',
  };
  const named: Record<string, string> = {
    'GET versioning': 'GetBucketVersioning',
    'PUT versioning': 'PutBucketVersioning',
    'GET policy': 'GetBucketPolicy',
    'PUT policy': 'PutBucketPolicy',
    'DELETE policy': 'DeleteBucketPolicy',
    'GET encryption': 'GetBucketEncryption',
    'GET location': 'GetBucketLocation',
    'GET versions': 'ListObjectVersions',
    'GET uploads': 'ListMultipartUploads',
    'POST delete': 'DeleteObjects',
    'GET tagging': 'GetBucketTagging',
    'PUT tagging': 'PutBucketTagging',
    'DELETE tagging': 'DeleteBucketTagging',
  };
  return name === undefined ? plain[method] : named[`${method} ${name}`];
}

function objectOperationOf({ method, query, copies }: RouteInput): string | undefined {
  const name = ['uploadId', 'uploads', 'tagging'].find((candidate) => query.has(candidate));
  const plain: Record<string, string> = {
    PUT: copies ? 'CopyObject' : 'PutObject',
    GET: 'GetObject',
    HEAD: 'HeadObject',
    DELETE: 'DeleteObject',
  };
  const named: Record<string, string> = {
    'PUT uploadId': copies ? 'UploadPartCopy' : 'UploadPart',
    'GET uploadId': 'ListParts',
    'DELETE uploadId': 'AbortMultipartUpload',
    'POST uploadId': 'CompleteMultipartUpload',
    'POST uploads': 'CreateMultipartUpload',
    'GET tagging': 'GetObjectTagging',
    'PUT tagging': 'PutObjectTagging',
    'DELETE tagging': 'DeleteObjectTagging',
  };
  return name === undefined ? plain[method] : named[`${method} ${name}`];
}
