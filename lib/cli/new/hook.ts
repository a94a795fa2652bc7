import type { HandlerKind, HandlerNames } from './kind.ts';
import type { TestRunner } from './test-runner.ts';

/** A Lambda Hook of CloudFormation and Cloud Control. */
export const hookKind: HandlerKind = {
  summary: 'a Lambda Hook of CloudFormation and Cloud Control',
  events: ({ file }) => ({ [`handlers/${file}.ts`]: 'hook' }),
  files: ({ file }) => ({ [`handlers/${file}.ts`]: handlerSource }),
  test: testSource,
  infra: ({ file, construct }) => `
import { ResourceHookFunction } from 'ringback/infra';

// It acts on all deployments of account and Region: give it a stack of its own, and let it warn first.
new ResourceHookFunction(this, '${construct}', {
  entry: 'handlers/${file}.ts',
  hookName: 'Private::Hooks::${construct}',
  targetNames: ['AWS::S3::Bucket'],
  failureMode: 'WARN',
});
`,
};

const handlerSource = `
import { resourceHook, verdict } from 'ringback/hooks';

interface Bucket {
  readonly PublicAccessBlockConfiguration?: Readonly<Record<string, unknown>>;
}

const SETTINGS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];

/** Lets a bucket pass that blocks public access. */
export const handler = resourceHook<Bucket>((hook) => {
  const settings = hook.after?.PublicAccessBlockConfiguration ?? {};
  const missing = hook.action === 'DELETE' ? [] : SETTINGS.filter((name) => String(settings[name]) !== 'true');
  return verdict([
    missing.length === 0
      ? { annotationName: 'bucket-is-private', status: 'PASSED' }
      : {
          annotationName: 'bucket-is-private',
          status: 'FAILED',
          severityLevel: 'HIGH',
          statusMessage: \`\${hook.target.logicalId} does not block public access\`,
          remediationMessage: \`Set \${missing.join(', ')} of PublicAccessBlockConfiguration to true\`,
        },
  ]);
});
`;

function testSource({ file }: HandlerNames, { imports, equal, handler }: TestRunner): string {
  return `
${imports('test')}import { lambdaContext, resourceHookEvent } from 'ringback/testing';
import { handler } from '${handler(file)}';

const blocked = {
  BlockPublicAcls: true,
  BlockPublicPolicy: true,
  IgnorePublicAcls: true,
  RestrictPublicBuckets: true,
};

const buckets = [
  [blocked, 'SUCCESS'],
  [{ ...blocked, IgnorePublicAcls: false }, 'FAILED'],
  [undefined, 'FAILED'],
] as const;

for (const [PublicAccessBlockConfiguration, expected] of buckets) {
  test(\`answers a bucket with \${JSON.stringify(PublicAccessBlockConfiguration)} with \${expected}\`, async () => {
    const event = resourceHookEvent({ type: 'AWS::S3::Bucket', after: { PublicAccessBlockConfiguration } });
    const { hookStatus } = await handler(event, lambdaContext());
    ${equal('hookStatus', 'expected')}
  });
}

test('says what to do', async () => {
  const { annotations = [] } = await handler(resourceHookEvent({ logicalId: 'Uploads' }), lambdaContext());
  const told = annotations.map(({ statusMessage, remediationMessage }) => [
    statusMessage,
    /RestrictPublicBuckets/.test(remediationMessage ?? ''),
  ]);
  ${equal('told', "[['Uploads does not block public access', true]]")}
});
`;
}
