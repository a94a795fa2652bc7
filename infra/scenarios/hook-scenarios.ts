import type { Scenario } from '../../lib/local/scenarios/scenario.ts';
import { createBucket, type HookedRequest, setFailureMode } from './hook-client.ts';

const service = 'hooks';

/** A bucket as the rules of the example's hook want it. */
const GOOD_BUCKET = {
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
  },
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  },
};

/**
 * The scenarios of the example's hook. Nobody has to be called back: what the function returns is the answer, and a
 * hook without one would have failed as HOOK_FAILED.
 */
export const hookScenarios: readonly Scenario[] = [
  {
    name: 'hooks-warns',
    service,
    title: 'a bucket that is against the rules is made all the same, with a warning, as long as the hook is on WARN',
    async run(stage) {
      const request = await createBucket(stage, { BucketName: 'hooks-warns' });
      expectEnd(request, 'SUCCESS', 'HOOK_COMPLETE_FAILED', /public access.*Failure was ignored under WARN mode/);
      return { expected: 0 };
    },
  },
  {
    name: 'hooks-blocks',
    service,
    title: 'on FAIL it is refused, and made when it is mended as the remediation says',
    async run(stage) {
      await setFailureMode(stage, 'FAIL');
      try {
        const refused = await createBucket(stage, { BucketName: 'hooks-blocks' });
        expectEnd(refused, 'FAILED', 'HOOK_COMPLETE_FAILED', /^Hook failed with message: s3-bucket-private: /);
        if (refused.remediation?.includes('PublicAccessBlockConfiguration') !== true) {
          throw new Error(`the remediation is ${JSON.stringify(refused.remediation)}`);
        }
        const mended = await createBucket(stage, { BucketName: 'hooks-blocks', ...GOOD_BUCKET });
        expectEnd(mended, 'SUCCESS', 'HOOK_COMPLETE_SUCCEEDED');
      } finally {
        await setFailureMode(stage, 'WARN');
      }
      return { expected: 0 };
    },
  },
];

function expectEnd(request: HookedRequest, status: string, hookStatus: string, message: RegExp = /^/): void {
  if (request.status === status && request.hookStatus === hookStatus && message.test(request.hookMessage ?? '')) return;
  throw new Error(
    `the request ended as ${JSON.stringify(request)}, not ${status} with ${hookStatus} ${message.source}`,
  );
}
