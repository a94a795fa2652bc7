import { CreateBucketCommand, DeleteBucketCommand, PutBucketTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import {
  type ProvisioningOperation,
  provisioningEngine,
  succeed,
  type TerminateOperation,
} from 'ringback/servicecatalog';

/** A provisioning engine of Service Catalog whose product is a bucket, named after the provisioned product. */
export const handler = provisioningEngine({
  async provision(operation) {
    const s3 = clientOf(operation);
    await s3.send(new CreateBucketCommand({ Bucket: nameOf(operation) }), { abortSignal: operation.signal });
    await tagBucket(s3, operation);
    return succeed({ outputs: { BucketName: nameOf(operation) } });
  },
  async update(operation) {
    await tagBucket(clientOf(operation), operation);
    return succeed({ outputs: { BucketName: nameOf(operation) } });
  },
  async terminate(operation) {
    const command = new DeleteBucketCommand({ Bucket: nameOf(operation) });
    await clientOf(operation).send(command, { abortSignal: operation.signal });
  },
});

/** Service Catalog itself tags nothing that an engine makes. */
async function tagBucket(s3: S3Client, operation: ProvisioningOperation): Promise<void> {
  const TagSet = Object.entries(operation.tags).map(([Key, Value]) => ({ Key, Value }));
  TagSet.push({ Key: operation.tracerTag.key, Value: operation.tracerTag.value });
  const command = new PutBucketTaggingCommand({ Bucket: nameOf(operation), Tagging: { TagSet } });
  await s3.send(command, { abortSignal: operation.signal });
}

/** What the engine makes is made by the product's launch role, in the account that it belongs to. */
function clientOf(operation: TerminateOperation): S3Client {
  return new S3Client({ credentials: () => operation.launchRoleCredentials() });
}

function nameOf({ provisionedProduct, identity }: TerminateOperation): string {
  return `${provisionedProduct.id}-${identity.awsAccountId}`.toLowerCase();
}
