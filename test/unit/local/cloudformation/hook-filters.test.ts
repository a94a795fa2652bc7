import { expect, it } from 'vitest';
import { startCloud, textIn } from '../cloudcontrol/cloud-client.ts';
import { assemblyFolder } from '../template/assembly-folder.ts';

const TypeName = 'AWS::CloudFormation::LambdaHook';
const HOOK = {
  Alias: 'Shop::Rules::Hook',
  LambdaFunction: 'arn:aws:lambda:us-east-1:123456789012:function:rules',
  ExecutionRole: 'arn:aws:iam::123456789012:role/rules',
  FailureMode: 'FAIL',
  HookStatus: 'ENABLED',
  TargetOperations: ['CLOUD_CONTROL'],
};
const StackNames = { Include: ['Shop'] };

it.each<readonly [object, RegExp]>([
  [{ TargetFilters: { Actions: ['create'] } }, /Actions of TargetFilters must be .*CREATE, UPDATE, DELETE/],
  [{ TargetFilters: { Actions: 'CREATE' } }, /Actions of TargetFilters must be a list/],
  [{ TargetFilters: { Actions: [] } }, /Actions of TargetFilters must be a list of 1 to 50/],
  [{ TargetFilters: { InvocationPoints: ['POST_PROVISION'] } }, /must be .*PRE_PROVISION/],
  [{ TargetFilters: { TypeNames: ['AWS::S3::Bucket'] } }, /TargetFilters of a LambdaHook has no member TypeNames/],
  [{ TargetFilters: { TargetNames: [5] } }, /TargetNames of TargetFilters must be .*texts/],
  [{ TargetFilters: { Targets: [{ TargetName: 'AWS::S3::Bucket', Action: 'PUT' }] } }, /Targets of TargetFilters/],
  [{ StackFilters: { StackNames } }, /needs FilteringCriteria/],
  [{ StackFilters: { FilteringCriteria: 'SOME', StackNames } }, /FilteringCriteria of StackFilters must be ALL or ANY/],
  [{ StackFilters: { FilteringCriteria: 'ALL' } }, /needs StackNames, StackRoles or both/],
  [
    { StackFilters: { FilteringCriteria: 'ALL', StackNames: { Only: ['Shop'] } } },
    /StackNames of StackFilters must be/,
  ],
])('a hook with %j would never be asked, or of everything, and is refused', async (filters, message) => {
  const { cloud, json, settled } = await startCloud();
  const DesiredState = JSON.stringify({ ...HOOK, ...filters });
  const made = await settled(await json('cloudcontrol', 'CreateResource', { TypeName, DesiredState }));
  expect(made.ProgressEvent).toMatchObject({
    ErrorCode: 'InvalidRequest',
    StatusMessage: expect.stringMatching(message),
  });
  const Hook = { Type: TypeName, Properties: { ...HOOK, ...filters } };
  await expect(cloud.deploy({ assembly: assemblyFolder({ Rules: { Resources: { Hook } } }) })).rejects.toThrow(message);
});

it('a hook takes filters of every kind', async () => {
  const { json, settled } = await startCloud();
  for (const [index, filters] of [
    { TargetFilters: { Actions: ['DELETE'], InvocationPoints: ['PRE_PROVISION'], TargetNames: ['AWS::S3::*'] } },
    {
      TargetFilters: {
        Targets: [{ TargetName: 'AWS::S3::Bucket', Action: 'CREATE', InvocationPoint: 'PRE_PROVISION' }],
      },
    },
    { StackFilters: { FilteringCriteria: 'ANY', StackNames, StackRoles: { Exclude: [HOOK.ExecutionRole] } } },
  ].entries()) {
    const DesiredState = JSON.stringify({
      ...HOOK,
      ...filters,
      Alias: `Shop::Rules::Hook${index}`,
      HookStatus: 'DISABLED',
    });
    const made = await settled(await json('cloudcontrol', 'CreateResource', { TypeName, DesiredState }));
    expect(made.ProgressEvent).toMatchObject({ OperationStatus: 'SUCCESS' });
  }
});

it.each([
  { TargetType: 'FOLDER', TargetId: 'x' },
  { TypeArn: 'arn:aws:cloudformation:us-east-1:123456789012:type/hook/Shop-Rules-Hook', Status: 'REFUSED' },
])('results of hooks are not listed by %j', async (input) => {
  const { query } = await startCloud();
  const { status, root } = await query('cloudformation', 'ListHookResults', input);
  expect(status).toBe(400);
  expect(textIn(root, 'Code')).toBe('ValidationError');
  expect(textIn(root, 'Message')).toContain('Member must satisfy enum value set');
});
