import { AwsError } from '../kernel/aws-error.ts';
import { BUCKET_CONFIGURATIONS, chosenHeaders } from './bucket-configurations.ts';
import { documentOf } from './document.ts';
import { createEncryption } from './encryption.ts';
import { headerOf } from './header-of.ts';
import { BUCKET_OPERATIONS } from './operation-table.ts';
import { aclRefusal, refuseAcls } from './refused-headers.ts';
import { type S3Operation, sendEmpty, sendXml, setHeaders } from './s3-call.ts';
import type { S3Parts } from './s3-parts.ts';
import { childrenNamed, childText, malformedXml, parseXml, type XmlElement } from './xml.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** The configurations of buckets: those that are kept only, and those of encryption, notification, ACL and replication. */
export function createConfigurationOperations(parts: S3Parts): Record<string, S3Operation> {
  return {
    ...keptOperations(parts),
    ...encryptionOperations(parts),
    ...notificationOperations(parts),
    ...fixedOperations(parts),
  };
}

function keptOperations({ store, permissions, kernel }: S3Parts): Record<string, S3Operation> {
  const told = new Set<string>();
  const operations: Record<string, S3Operation> = {};
  for (const [parameter, configuration] of Object.entries(BUCKET_CONFIGURATIONS)) {
    const { name, permission, root, absent, check, choice } = configuration;
    const methods: Readonly<Record<string, S3Operation>> = {
      GET(call) {
        const bucket = store.bucket(call.bucket);
        permissions.bucket(call.context, `s3:Get${permission}`, bucket);
        const { document, headers = {} } = bucket.configurations.get(parameter) ?? {};
        if (document === undefined && 'code' in absent) {
          throw new AwsError(absent.code, absent.message, { status: 404, members: { BucketName: bucket.name } });
        }
        const empty = `<${root} xmlns="${NAMESPACE}">${'body' in absent ? absent.body : ''}</${root}>`;
        setHeaders(call.response, { ...headers, 'content-type': 'application/xml' });
        call.response.end(document ?? empty);
      },
      async PUT(call) {
        const bucket = store.bucket(call.bucket);
        permissions.bucket(call.context, `s3:Put${permission}`, bucket);
        const document = await documentOf(call);
        const element = parseXml(document);
        if (element.name !== root) throw malformedXml();
        check?.(element);
        const headers = chosenHeaders(choice, choice && headerOf(call.request, choice.header));
        bucket.configurations.set(parameter, { document, headers });
        if (!told.has(parameter)) {
          kernel.events.emit('notice', { message: `${name} of buckets is kept, but has no effect here` });
        }
        told.add(parameter);
        sendEmpty(call, 200, headers);
      },
      DELETE(call) {
        const bucket = store.bucket(call.bucket);
        permissions.bucket(call.context, `s3:Put${permission}`, bucket);
        bucket.configurations.delete(parameter);
        sendEmpty(call, 204);
      },
    };
    for (const [method, operation] of Object.entries(BUCKET_OPERATIONS[parameter] ?? {})) {
      const act = methods[method];
      if (act !== undefined) operations[operation] = act;
    }
  }
  return operations;
}

function encryptionOperations({ kernel, store, permissions }: S3Parts): Record<string, S3Operation> {
  return {
    async PutBucketEncryption(call) {
      const bucket = store.bucket(call.bucket);
      permissions.bucket(call.context, 's3:PutEncryptionConfiguration', bucket);
      const [rule, ...others] = childrenNamed(parseXml(await documentOf(call)), 'Rule');
      const [byDefault] = rule === undefined ? [] : childrenNamed(rule, 'ApplyServerSideEncryptionByDefault');
      if (rule === undefined || others.length > 0) throw malformedXml();
      const algorithm = (byDefault && childText(byDefault, 'SSEAlgorithm')) ?? 'AES256';
      const key = (byDefault && childText(byDefault, 'KMSMasterKeyID')) || undefined;
      if (key !== undefined && algorithm === 'AES256') {
        const message =
          'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse';
        throw new AwsError('InvalidArgument', message, {
          members: { ArgumentName: 'ApplyServerSideEncryptionByDefault' },
        });
      }
      bucket.defaultEncryption = createEncryption(
        kernel,
        algorithm,
        key,
        childText(rule, 'BucketKeyEnabled') === 'true',
      );
      sendEmpty(call, 200);
    },
    DeleteBucketEncryption(call) {
      const bucket = store.bucket(call.bucket);
      permissions.bucket(call.context, 's3:PutEncryptionConfiguration', bucket);
      bucket.defaultEncryption = { algorithm: 'AES256' };
      sendEmpty(call, 204);
    },
  };
}

function notificationOperations({ store, permissions, kernel }: S3Parts): Record<string, S3Operation> {
  return {
    GetBucketNotificationConfiguration(call) {
      const bucket = store.bucket(call.bucket);
      permissions.bucket(call.context, 's3:GetBucketNotification', bucket);
      sendXml(call, 'NotificationConfiguration', bucket.eventBridge ? { EventBridgeConfiguration: '' } : undefined);
    },
    async PutBucketNotificationConfiguration(call) {
      const bucket = store.bucket(call.bucket);
      permissions.bucket(call.context, 's3:PutBucketNotification', bucket);
      const text = await documentOf(call);
      const wanted: readonly XmlElement[] = text === '' ? [] : parseXml(text).children;
      const others = wanted.filter(({ name }) => name !== 'EventBridgeConfiguration').map(({ name }) => name);
      if (others.length > 0) {
        const message = `notifications by ${others.join(', ')} are not simulated; use EventBridge`;
        throw new AwsError('NotImplemented', message, { status: 501 });
      }
      bucket.eventBridge = wanted.length > 0;
      kernel.events.emit('state', {
        service: 's3',
        resource: bucket.name,
        state: bucket.eventBridge ? 'tells EventBridge' : 'tells nobody',
      });
      sendEmpty(call, 200);
    },
  };
}

/** What every bucket here answers alike: only its owner may use it, and it has none of these. */
function fixedOperations({ kernel, store, permissions }: S3Parts): Record<string, S3Operation> {
  const absent =
    (action: string, code: string, message: string): S3Operation =>
    (call) => {
      const bucket = store.bucket(call.bucket);
      permissions.bucket(call.context, action, bucket);
      throw new AwsError(code, message, { status: 404, members: { BucketName: bucket.name } });
    };
  return {
    GetBucketAcl(call) {
      permissions.bucket(call.context, 's3:GetBucketAcl', store.bucket(call.bucket));
      const { accountId } = kernel;
      call.response.setHeader('content-type', 'application/xml');
      call.response.end(
        `<AccessControlPolicy xmlns="${NAMESPACE}"><Owner><ID>${accountId}</ID></Owner><AccessControlList><Grant>` +
          `<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>${accountId}</ID></Grantee>` +
          '<Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>',
      );
    },
    PutBucketAcl(call) {
      const bucket = store.bucket(call.bucket);
      permissions.bucket(call.context, 's3:PutBucketAcl', bucket);
      refuseAcls(call.request, bucket);
      if (headerOf(call.request, 'x-amz-acl') !== undefined) return sendEmpty(call, 200);
      throw aclRefusal(bucket);
    },
    GetBucketReplication: absent(
      's3:GetReplicationConfiguration',
      'ReplicationConfigurationNotFoundError',
      'The replication configuration was not found',
    ),
    GetObjectLockConfiguration(call) {
      const bucket = store.bucket(call.bucket);
      permissions.bucket(call.context, 's3:GetBucketObjectLockConfiguration', bucket);
      if (bucket.objectLock) return sendXml(call, 'ObjectLockConfiguration', { ObjectLockEnabled: 'Enabled' });
      const message = 'Object Lock configuration does not exist for this bucket';
      throw new AwsError('ObjectLockConfigurationNotFoundError', message, {
        status: 404,
        members: { BucketName: bucket.name },
      });
    },
    GetBucketPolicyStatus: absent('s3:GetBucketPolicyStatus', 'NoSuchBucketPolicy', 'The bucket policy does not exist'),
  };
}
