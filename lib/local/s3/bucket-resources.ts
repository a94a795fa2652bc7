import type { ResourceProvider } from '../kernel/service.ts';
import { physicalName } from '../template/physical-name.ts';
import { checkBucketPolicy } from './bucket-policy.ts';
import { createEncryption } from './encryption.ts';
import type { S3Parts } from './s3-parts.ts';

/** The longest bucket name (S3 User Guide, "General purpose bucket naming rules"). */
const LONGEST_NAME = 63;

/** The CloudFormation resources of S3. A bucket that exists already is updated. */
export function createBucketResources({ kernel, store }: S3Parts): Record<string, ResourceProvider> {
  return {
    'AWS::S3::Bucket'(declaration) {
      const { properties } = declaration;
      const name: string =
        properties.BucketName ??
        physicalName(declaration.stackName, declaration.logicalId, { maxLength: LONGEST_NAME, lowerCase: true });
      const bucket = store.buckets().find((existing) => existing.name === name) ?? store.createBucket(name);
      bucket.versioning = properties.VersioningConfiguration?.Status;
      const notifications = properties.NotificationConfiguration?.EventBridgeConfiguration;
      bucket.eventBridge = notifications !== undefined && notifications.EventBridgeEnabled !== false;
      bucket.tags = tagsOf(properties.Tags);
      const rule = properties.BucketEncryption?.ServerSideEncryptionConfiguration?.[0];
      const byDefault = rule?.ServerSideEncryptionByDefault;
      bucket.defaultEncryption =
        byDefault === undefined
          ? { algorithm: 'AES256' }
          : createEncryption(kernel, byDefault.SSEAlgorithm, byDefault.KMSMasterKeyID, rule.BucketKeyEnabled === true);
      return {
        ref: name,
        attributes: {
          Arn: `arn:${kernel.partition}:s3:::${name}`,
          DomainName: `${name}.s3.amazonaws.com`,
          RegionalDomainName: `${name}.s3.${kernel.region}.amazonaws.com`,
          DualStackDomainName: `${name}.s3.dualstack.${kernel.region}.amazonaws.com`,
          WebsiteURL: `http://${name}.s3-website.${kernel.region}.amazonaws.com`,
        },
      };
    },

    'AWS::S3::BucketPolicy'({ properties }) {
      store.bucket(properties.Bucket).policy = checkBucketPolicy(properties.PolicyDocument);
      return { ref: properties.Bucket };
    },
  };
}

function tagsOf(tags: readonly { readonly Key: string; readonly Value: string }[] | undefined) {
  return tags === undefined ? undefined : Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}
