import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ResourceHookFunction, type ResourceHookFunctionProps } from 'ringback/infra';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { synthesizeStack } from '../../journeys/synthesize-stack.ts';
import { type CloudClient, startCloud, textIn } from '../local/cloudcontrol/cloud-client.ts';
import { assemblyFolder } from '../local/template/assembly-folder.ts';

let folder: string;
let assemblies: Readonly<Record<'FAIL' | 'WARN' | 'STACK', string>>;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ringback-hooks-'));
  const synthesize = (name: string, props: Partial<ResourceHookFunctionProps>) =>
    synthesizeStack(path.join(folder, name), 'Rules', (stack) => {
      new ResourceHookFunction(stack, 'Hook', {
        entry: path.join(import.meta.dirname, 'fixtures/scripted-hook.ts'),
        environment: { MARKS: folder },
        hookName: 'Shop::Rules::Buckets',
        targetNames: ['AWS::S3::Bucket'],
        ...props,
      });
      return {};
    });
  assemblies = {
    FAIL: synthesize('fail', { failureMode: 'FAIL' }),
    WARN: synthesize('warn', {}),
    STACK: synthesize('stack', { failureMode: 'FAIL', targetOperations: ['STACK'], targetNames: ['STACK'] }),
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function cloudWith(mode: keyof typeof assemblies): Promise<CloudClient> {
  const client = await startCloud();
  await client.cloud.deploy({ assembly: assemblies[mode] });
  return client;
}

async function createBucket({ json, settled }: CloudClient, BucketName: string) {
  const DesiredState = JSON.stringify({ BucketName });
  const { ProgressEvent, HooksProgressEvent } = await settled(
    await json('cloudcontrol', 'CreateResource', { TypeName: 'AWS::S3::Bucket', DesiredState }),
  );
  const [{ HookStatus, HookStatusMessage } = { HookStatus: undefined, HookStatusMessage: undefined }] =
    HooksProgressEvent ?? [];
  return {
    status: ProgressEvent.OperationStatus,
    HookStatus,
    HookStatusMessage,
    token: ProgressEvent.HooksRequestToken,
  };
}

const SUCCEEDED = 'HOOK_COMPLETE_SUCCEEDED';
const FAILED = 'HOOK_COMPLETE_FAILED';

describe('a hook in the local cloud', () => {
  it.each([
    ['passes-bucket', 'SUCCESS', SUCCEEDED, 'as agreed'],
    ['fails-bucket', 'FAILED', FAILED, 'Hook failed with message: buckets are made by the platform team'],
    ['throws-bucket', 'FAILED', FAILED, 'Hook failed with message: TypeError: x is not iterable'],
    ['continues-bucket', 'SUCCESS', SUCCEEDED, 'round 2 knows continues-bucket'],
    ['asks-again-bucket', 'SUCCESS', SUCCEEDED, 'asked again'],
    ['dies-bucket', 'SUCCESS', SUCCEEDED, 'in another process'],
  ])('is answered about %s', async (name, status, HookStatus, HookStatusMessage) => {
    expect(await createBucket(await cloudWith('FAIL'), name)).toMatchObject({ status, HookStatus, HookStatusMessage });
  });

  it('is answered when its process dies while it loads', async () => {
    const client = await cloudWith('FAIL');
    client.cloud.faults.add('init-crash:Hook');
    expect(await createBucket(client, 'passes-bucket')).toMatchObject({ status: 'SUCCESS', HookStatus: SUCCEEDED });
  });

  it('warns where it is to warn', async () => {
    expect(await createBucket(await cloudWith('WARN'), 'fails-bucket')).toMatchObject({
      status: 'SUCCESS',
      HookStatus: FAILED,
      HookStatusMessage: expect.stringMatching(/platform team\. Failure was ignored under WARN mode\.$/),
    });
  });

  it('has its annotations read by GetHookResult, the gravest first', async () => {
    const client = await cloudWith('FAIL');
    const { token: TargetId } = await createBucket(client, 'fails-bucket');
    const listed = await client.query('cloudformation', 'ListHookResults', { TargetType: 'CLOUD_CONTROL', TargetId });
    const HookResultId = textIn(listed.root, 'HookResultId') ?? '';
    const { root, text } = await client.query('cloudformation', 'GetHookResult', { HookResultId });
    expect(
      ['AnnotationName', 'SeverityLevel', 'RemediationMessage', 'RemediationLink'].map((name) => textIn(root, name)),
    ).toEqual(['owner', 'CRITICAL', 'ask them', 'https://example.com/platform']);
    expect(text).toContain('advice');
  });

  it('reads the template of a stack, of every stack but its own', async () => {
    const client = await cloudWith('STACK');
    const template = { Resources: { Uploads: { Type: 'AWS::S3::Bucket' } } };
    await expect(client.cloud.deploy({ assembly: assemblyFolder({ Shop: template }) })).rejects.toThrow(
      'Hook failed with message: no stack with AWS::S3::Bucket',
    );
    await expect(client.cloud.deploy({ assembly: assemblyFolder({ Rules: template }) })).resolves.toBeDefined();
  });
});
