import { AwsError } from '../kernel/aws-error.ts';
import type { ConditionContext, Kernel, Principal } from '../kernel/kernel.ts';
import type { RequestContext } from '../kernel/service.ts';
import type { Bucket, Encryption } from './bucket.ts';
import { isCustomerKey } from './encryption.ts';
import type { KeyPort } from './key-port.ts';

/** Where the services are that ask for themselves. */
const LOOPBACK = '127.0.0.1';

/** Who asks: a request on the wire, or a service inside. */
export interface Caller extends Pick<RequestContext, 'principal' | 'authorize' | 'requestId'> {
  /** Where the request came from, for those who are told of it. */
  readonly sourceIp: string;
}

/** The questions that S3 asks of IAM and KMS. Each throws AwsError AccessDenied with status 403. */
export interface S3Permissions {
  /** May the caller act on the account, such as list its buckets? */
  account(caller: Caller, action: string): void;
  /** May the caller act on a bucket that need not exist yet? */
  bucketNamed(caller: Caller, action: string, name: string): void;
  bucket(caller: Caller, action: string, bucket: Bucket, context?: ConditionContext): void;
  object(caller: Caller, action: string, bucket: Bucket, key: string, context?: ConditionContext): void;
  /** May the caller use the key under which an object lies, or shall lie? Keys of AWS's own need no permission. */
  useKey(caller: Caller, encryption: Encryption, action: 'kms:GenerateDataKey' | 'kms:Decrypt'): void;
  /** The caller that a principal is when it comes without a request. */
  callerOf(principal: Principal): Caller;
}

/** Creates the permissions of one S3. Without `keys` every principal may use every key. */
export function createS3Permissions(kernel: Kernel, keys?: KeyPort): S3Permissions {
  const arnOf = (bucket: string, key?: string) =>
    `arn:${kernel.partition}:s3:::${bucket}${key === undefined ? '' : `/${key}`}`;

  function ask(
    caller: Caller,
    action: string,
    resource: string,
    bucket?: Bucket,
    context: ConditionContext = {},
  ): void {
    const policies = bucket?.policy === undefined ? [] : [bucket.policy];
    inS3Form(() => caller.authorize(action, resource, { 'aws:SecureTransport': 'true', ...context }, policies));
  }

  return {
    account: (caller, action) => ask(caller, action, '*'),
    bucketNamed: (caller, action, name) => ask(caller, action, arnOf(name)),
    bucket: (caller, action, bucket, context) => ask(caller, action, arnOf(bucket.name), bucket, context),
    object: (caller, action, bucket, key, context) => ask(caller, action, arnOf(bucket.name, key), bucket, context),
    useKey(caller, encryption, action) {
      const { keyId } = encryption;
      if (keys === undefined || keyId === undefined || !isCustomerKey(encryption)) return;
      const context = { 'kms:ViaService': `s3.${kernel.region}.amazonaws.com`, 'kms:CallerAccount': kernel.accountId };
      inS3Form(() => keys.authorizeUse(caller.principal, keyId, action, context));
    },
    callerOf: (principal) => ({
      principal,
      requestId: kernel.uuid(),
      sourceIp: LOOPBACK,
      authorize: (action, resource, context, policies) =>
        kernel.identity.authorize(principal, action, resource, context, policies),
    }),
  };
}

/** IAM and KMS refuse in their own form; S3 answers every refusal with AccessDenied and status 403, absent keys with 400. */
function inS3Form(ask: () => void): void {
  try {
    ask();
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NotFoundException') {
      throw new AwsError('KMS.NotFoundException', error.message);
    }
    if (!(error instanceof AwsError) || !error.code.startsWith('AccessDenied')) throw error;
    throw new AwsError('AccessDenied', error.message, { status: 403 });
  }
}
