import { createResource } from 'ringback/cloudcontrol';
import { describe, expect, it } from 'vitest';
import { waitWith } from '../../../lib/cloudcontrol/wait.ts';
import { startCloudControl } from './cloud.ts';
import { type HookStackOptions, hookAssembly } from './hook-stack.ts';

const request = createResource({
  typeName: 'AWS::Logs::LogGroup',
  desiredState: { LogGroupName: '/shop', Tags: [{ Key: 'owner', Value: 'Grace Hopper' }] },
});

const REFUSAL = {
  hookStatus: 'FAILED',
  errorCode: 'NonCompliant',
  message: 'log groups need a retention; Grace Hopper must set one',
  annotations: [
    {
      annotationName: 'Retention',
      status: 'FAILED',
      statusMessage: 'RetentionInDays is <not> set',

      remediationMessage: 'set RetentionInDays to 30',
      remediationLink: 'https://example.com/retention',
      severityLevel: 'HIGH',
    },
    { annotationName: 'Naming', status: 'PASSED', statusMessage: 'fine', severityLevel: 'LOW' },
  ],
};

async function withHook(options: HookStackOptions) {
  const cloud = await startCloudControl({ speed: 100 });
  await cloud.cloud.deploy({ assembly: hookAssembly(options) });
  return cloud;
}

describe('a hook', () => {
  it('that refuses is named with its message, its findings and their remedy', async () => {
    const { runtime, countOf } = await withHook({ answer: REFUSAL });
    const error = await waitWith(runtime, request).catch((caught) => caught);
    expect(error).toMatchObject({ errorCode: 'HookFailed', category: 'configuration' });
    expect(error.hooks).toMatchObject([{ typeName: 'Shop::Rules::Hook', status: 'HOOK_COMPLETE_FAILED' }]);
    expect(error.message).toContain('the hook Shop::Rules::Hook refused it: ');
    expect(error.message).toContain(
      '[Retention: RetentionInDays is <not> set; remedy: set RetentionInDays to 30, see https://example.com/retention]',
    );
    expect(error.message).not.toContain('Naming');
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain('Grace');
    expect(countOf('CreateResource')).toBe(1);
  });

  it('has secrets withheld before its texts are shortened', async () => {
    const message = `${'x'.repeat(394)}Grace Hopper`;
    const { runtime } = await withHook({ answer: { ...REFUSAL, message } });
    const error = await waitWith(runtime, request).catch((caught) => caught);
    expect(error.message).not.toContain('Grac');
  });

  it('that only warns is a warning on success', async () => {
    const { runtime } = await withHook({ answer: REFUSAL, failureMode: 'WARN' });
    const made = await waitWith(runtime, request);
    expect(made).toMatchObject({
      identifier: '/shop',
      warnings: [expect.stringMatching(/^the hook Shop::Rules::Hook warns: .*retention/)],
    });
  });

  it('whose findings may not be read is named all the same, with the statement to add', async () => {
    const { runtimeOf, roleKey } = await withHook({ answer: REFUSAL });
    const allow = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: '*' });
    const key = await roleKey(
      allow('logs:*', 'cloudformation:CreateResource', 'cloudformation:GetResourceRequestStatus'),
    );
    const error = await waitWith(runtimeOf(key), request).catch((caught) => caught);
    expect(error.message).toMatch(/the hook Shop::Rules::Hook refused it: .*retention/);
    expect(error.message).toContain('"Action":"cloudformation:ListHookResults"');
  });
});
