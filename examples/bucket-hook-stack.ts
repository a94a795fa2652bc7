import { fileURLToPath } from 'node:url';
import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ResourceHookFunction } from 'ringback/infra';

/** A hook on all buckets of account and Region; it warns. */
export class BucketHookStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props);

    new ResourceHookFunction(this, 'BucketHook', {
      entry: fileURLToPath(new URL('bucket-hook.ts', import.meta.url)),
      hookName: 'Shop::Buckets::HaveAnOwner',
      targetNames: ['AWS::S3::Bucket'],
      failureMode: 'WARN',
    });
  }
}
