import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AwsConnection } from '../../../lib/aws/index.ts';
import { ACCOUNT, createTestCloud, LAUNCH_ROLE } from '../local/servicecatalog/test-cloud.ts';

const READ_ARTIFACTS = {
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: '*',
  Condition: { StringEquals: { 's3:ExistingObjectTag/servicecatalog:provisioning': 'true' } },
};

export type ArtifactCloud = Awaited<ReturnType<typeof createArtifactCloud>>;

/** Buckets, IAM and STS with a launch role, and an engine whose role may assume it. */
export async function createArtifactCloud() {
  const cloud = await createTestCloud();
  const folder = mkdtempSync(join(tmpdir(), 'artifact-'));
  cloud.declare('AWS::S3::Bucket', 'Artifacts', { BucketName: 'sc-artifacts' });
  return {
    ...cloud,
    folder,
    /** An engine that may assume any role, where that role lets it. */
    engine: (): AwsConnection => cloud.as('sts:AssumeRole'),
    /** Creates the launch role; it trusts the whole account, or a service alone. */
    createLaunchRole(trusting = true, statements: readonly object[] = [READ_ARTIFACTS]): string {
      const Principal = trusting ? { AWS: `arn:aws:iam::${ACCOUNT}:root` } : { Service: 'lambda.amazonaws.com' };
      const trust = { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' };
      cloud.declare('AWS::IAM::Role', 'Launch', {
        RoleName: 'Launch',
        AssumeRolePolicyDocument: { Statement: [trust] },
        Policies: statements.length === 0 ? [] : [{ PolicyName: 'p', PolicyDocument: { Statement: statements } }],
      });
      return LAUNCH_ROLE;
    },
    put(key: string, content: Buffer, tags: Record<string, string> = { 'servicecatalog:provisioning': 'true' }) {
      cloud.s3.put(cloud.root, 'sc-artifacts', key, content, { tags });
      return { bucket: 'sc-artifacts', key };
    },
    async close() {
      await cloud.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
