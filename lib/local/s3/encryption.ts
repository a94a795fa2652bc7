import type { IncomingMessage } from 'node:http';
import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Encryption } from './bucket.ts';
import { headerOf } from './header-of.ts';

const PREFIX = 'x-amz-server-side-encryption';

/** The ARN of a key or alias that is given as an id, an alias name or an ARN. */
export function keyArn(kernel: Kernel, key: string): string {
  if (key.startsWith('arn:')) return key;
  const name = key.startsWith('alias/') ? key : `key/${key}`;
  return `arn:${kernel.partition}:kms:${kernel.region}:${kernel.accountId}:${name}`;
}

/** Whether objects lie under a key that the account made, and not under one that AWS manages for S3. */
export function isCustomerKey(encryption: Encryption): boolean {
  return encryption.keyId !== undefined && !encryption.keyId.endsWith(':alias/aws/s3');
}

/** Builds an encryption; `aws:kms` without a key means the key that AWS manages for S3. @throws AwsError InvalidArgument */
export function createEncryption(
  kernel: Kernel,
  algorithm: string,
  key?: string,
  bucketKeyEnabled?: boolean,
): Encryption {
  if (algorithm === 'AES256') return { algorithm };
  if (algorithm === 'aws:kms' || algorithm === 'aws:kms:dsse') {
    return {
      algorithm,
      keyId: keyArn(kernel, key ?? 'alias/aws/s3'),
      ...(key === undefined ? {} : { namedKey: key }),
      ...(bucketKeyEnabled ? { bucketKeyEnabled } : {}),
    };
  }
  throw new AwsError('InvalidArgument', 'The encryption method specified is not supported', {
    members: { ArgumentName: PREFIX, ArgumentValue: algorithm },
  });
}

/** The encryption that a write asks for, or the bucket's default. @throws AwsError InvalidArgument, NotImplemented */
export function requestedEncryption(kernel: Kernel, request: IncomingMessage, fallback: Encryption): Encryption {
  if (headerOf(request, `${PREFIX}-customer-algorithm`) !== undefined) {
    const message =
      'server-side encryption with customer-provided keys (SSE-C) is not simulated; use aws:kms or AES256';
    throw new AwsError('NotImplemented', message, { status: 501 });
  }
  const algorithm = headerOf(request, PREFIX);
  const key = headerOf(request, `${PREFIX}-aws-kms-key-id`);
  if (key !== undefined && !algorithm?.startsWith('aws:kms')) {
    const message = `Server Side Encryption with AWS KMS managed key requires HTTP header ${PREFIX} : aws:kms`;
    throw new AwsError('InvalidArgument', message, { members: { ArgumentName: PREFIX, ArgumentValue: algorithm } });
  }
  if (algorithm === undefined) return fallback;
  const bucketKey = headerOf(request, `${PREFIX}-bucket-key-enabled`)?.toLowerCase() === 'true';
  return createEncryption(kernel, algorithm, key, bucketKey);
}

/** The condition keys of a write's encryption headers; a default of the bucket sets none, as in S3. */
export function encryptionContext(kernel: Kernel, request: IncomingMessage): Record<string, string> {
  const algorithm = headerOf(request, PREFIX);
  const key = headerOf(request, `${PREFIX}-aws-kms-key-id`);
  return {
    ...(algorithm === undefined ? {} : { [`s3:${PREFIX}`]: algorithm }),
    ...(key === undefined ? {} : { [`s3:${PREFIX}-aws-kms-key-id`]: keyArn(kernel, key) }),
  };
}

/** The response headers that tell of an encryption. */
export function encryptionHeaders(encryption: Encryption): Record<string, string | undefined> {
  return {
    [PREFIX]: encryption.algorithm,
    [`${PREFIX}-aws-kms-key-id`]: encryption.keyId,
    [`${PREFIX}-bucket-key-enabled`]: encryption.bucketKeyEnabled ? 'true' : undefined,
  };
}
