import { AwsError } from '../kernel/aws-error.ts';
import { BUCKET_OPERATIONS, OBJECT_OPERATIONS, SUB_RESOURCES } from './operation-table.ts';

/** What decides which operation a request means. */
export interface RouteInput {
  readonly method: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
  /** Whether the request has the header `x-amz-copy-source`. */
  readonly copies: boolean;
}

/** The names of writes that have a source. */
const COPIES: Readonly<Record<string, string>> = { PutObject: 'CopyObject', UploadPart: 'UploadPartCopy' };

/** The configurations of which a bucket has many, each by its `id`; without one the request lists them. */
const LISTED: Readonly<Record<string, string>> = {
  GetBucketAnalyticsConfiguration: 'ListBucketAnalyticsConfigurations',
  GetBucketIntelligentTieringConfiguration: 'ListBucketIntelligentTieringConfigurations',
  GetBucketInventoryConfiguration: 'ListBucketInventoryConfigurations',
  GetBucketMetricsConfiguration: 'ListBucketMetricsConfigurations',
};

/**
 * The name of the operation that a request means, whether it is simulated or not.
 *
 * Only a request without any sub-resource means the bucket or object itself: one that is not known must never be
 * taken for its deletion or for new content.
 *
 * @throws AwsError InvalidArgument, MethodNotAllowed
 */
export function routeOf(input: RouteInput): string {
  const { method, bucket, key, query, copies } = input;
  if (bucket === '') {
    if (method === 'GET') return 'ListBuckets';
    throw methodNotAllowed(method, 'SERVICE');
  }
  const [subResource = '', ...others] = SUB_RESOURCES.filter((name) => query.has(name));
  if (others.length > 0) {
    const conflicting = [subResource, ...others].join(', ');
    throw new AwsError('InvalidArgument', `Conflicting query string parameters: ${conflicting}`, {
      members: { ArgumentName: 'ResourceType', ArgumentValue: subResource },
    });
  }
  const operation = (key === '' ? BUCKET_OPERATIONS : OBJECT_OPERATIONS)[subResource]?.[method];
  if (operation === undefined) throw methodNotAllowed(method, key === '' ? 'BUCKET' : 'OBJECT');
  if (operation === 'PutObject') refuseParameters(query);
  if (operation === 'ListObjects' && query.get('list-type') === '2') return 'ListObjectsV2';
  if (copies && COPIES[operation] !== undefined) return COPIES[operation];
  return query.has('id') ? operation : (LISTED[operation] ?? operation);
}

/** A part or a version that is meant, and is not named whole, must not become the object. */
function refuseParameters(query: URLSearchParams): void {
  if (query.has('versionId')) {
    throw new AwsError('InvalidArgument', 'This operation does not accept a version-id.', {
      members: { ArgumentName: 'versionId', ArgumentValue: query.get('versionId') },
    });
  }
  if (!query.has('partNumber')) return;
  throw new AwsError('InvalidArgument', 'This operation does not accept a part number without an upload id.', {
    members: { ArgumentName: 'partNumber', ArgumentValue: query.get('partNumber') },
  });
}

function methodNotAllowed(method: string, resourceType: string): AwsError {
  return new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    status: 405,
    members: { Method: method, ResourceType: resourceType },
  });
}
