import { createHash } from 'node:crypto';
import type { Kernel } from '../kernel/kernel.ts';
import type { ObjectPort } from '../kernel/ports.ts';
import type { LocalService } from '../kernel/service.ts';
import type { ProvisioningArtifact } from './catalog.ts';

/** Service Catalog's own bucket, from which engines read artifacts. */
export interface ArtifactStore {
  /** Copies a version to where an engine may read it; each call makes a copy of its own. */
  publish(artifact: ProvisioningArtifact): { readonly bucket: string; readonly key: string };
}

/** Creates the store; its bucket is made when it is first needed. */
export function createArtifactStore(kernel: Kernel, s3: ObjectPort & Pick<LocalService, 'resources'>): ArtifactStore {
  const sha = (text: string, length: number) => createHash('sha256').update(text).digest('hex').slice(0, length);
  const bucket = `sc-${sha(`${kernel.accountId} ${kernel.region}`, 32)}-${kernel.region}`;
  let exists = false;

  function ensureBucket(): void {
    if (exists) return;
    exists = true;
    const type = 'AWS::S3::Bucket';
    const properties = { BucketName: bucket };
    s3.resources?.[type]?.({ type, logicalId: 'Artifacts', stackName: 'ServiceCatalog', properties, assemblyDir: '' });
  }

  return {
    publish(artifact) {
      ensureBucket();
      const copy = `${sha(artifact.id, 64)}-${Math.round(kernel.clock.now())}-${kernel.uuid()}`;
      const key = `out/${sha(kernel.accountId, 32)}/${copy}`;
      // The bucket is the service's own: it writes there as the owner.
      const owner = kernel.identity.principalOf('service-catalog');
      s3.put(owner, bucket, key, artifact.content, { tags: { 'servicecatalog:provisioning': 'true' } });
      return { bucket, key };
    },
  };
}
