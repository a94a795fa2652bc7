import { expect, it } from 'vitest';
import { startCloud } from './cloud-client.ts';

const TypeName = 'AWS::IAM::RolePolicy';
const trust = {
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const PolicyDocument = { Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] };

async function withPolicy() {
  const parts = await startCloud();
  const { query, json, settled } = parts;
  await query('iam', 'CreateRole', { RoleName: 'clerk', AssumeRolePolicyDocument: JSON.stringify(trust) });
  const DesiredState = JSON.stringify({ RoleName: 'clerk', PolicyName: 'inline', PolicyDocument });
  await settled(await json('cloudcontrol', 'CreateResource', { TypeName, DesiredState }));
  return parts;
}

/** Forms that the documentation of GetResource allows for a primary identifier. */
const forms = [
  'inline|clerk',
  JSON.stringify({ PolicyName: 'inline', RoleName: 'clerk' }),
  JSON.stringify({ RoleName: 'clerk', PolicyName: 'inline' }),
];

it.each(forms)('a resource is read, updated and deleted under its identifier %s', async (Identifier) => {
  const { json, settled } = await withPolicy();
  expect(await json('cloudcontrol', 'GetResource', { TypeName, Identifier })).toMatchObject({
    ResourceDescription: { Identifier: 'inline|clerk' },
  });
  const Statement = [{ Effect: 'Deny', Action: 's3:*', Resource: '*' }];
  const PatchDocument = JSON.stringify([{ op: 'replace', path: '/PolicyDocument', value: { Statement } }]);
  const updated = await json('cloudcontrol', 'UpdateResource', { TypeName, Identifier, PatchDocument });
  const success = { Identifier: 'inline|clerk', OperationStatus: 'SUCCESS' };
  expect(await settled(updated)).toMatchObject({ ProgressEvent: success });
  const deleted = await json('cloudcontrol', 'DeleteResource', { TypeName, Identifier });
  expect(await settled(deleted)).toMatchObject({ ProgressEvent: success });
});

it('one resource has one request at a time, in whichever form its identifier comes', async () => {
  const { json } = await withPolicy();
  await json('cloudcontrol', 'DeleteResource', { TypeName, Identifier: forms[0] });
  expect(await json('cloudcontrol', 'DeleteResource', { TypeName, Identifier: forms[1] })).toMatchObject({
    code: 'ConcurrentOperationException',
  });
});

it.each(['inline', 'inline|clerk|more', '{"PolicyName":"inline"}', '{"PolicyName":"inline","Role":"clerk"}'])(
  '%s is no identifier of a policy of a role',
  async (Identifier) => {
    const { json } = await withPolicy();
    for (const [operation, more] of [
      ['GetResource', {}],
      ['UpdateResource', { PatchDocument: '[]' }],
      ['DeleteResource', {}],
    ] as const) {
      expect(await json('cloudcontrol', operation, { TypeName, Identifier, ...more })).toMatchObject({
        code: 'ValidationException',
        message: `Identifier ${Identifier} is not valid for identifier [/properties/PolicyName, /properties/RoleName]`,
      });
    }
  },
);

it('a single property may come as an object, too', async () => {
  const { json, settled } = await startCloud();
  for (const [type, desired, identifier] of [
    ['AWS::Logs::LogGroup', { LogGroupName: '/shop' }, { LogGroupName: '/shop' }],
    ['AWS::SNS::Topic', { TopicName: 'news' }, { TopicArn: 'news' }],
  ] as const) {
    const DesiredState = JSON.stringify(desired);
    await settled(await json('cloudcontrol', 'CreateResource', { TypeName: type, DesiredState }));
    const Identifier = JSON.stringify(identifier);
    expect(await json('cloudcontrol', 'GetResource', { TypeName: type, Identifier })).toMatchObject({
      ResourceDescription: { Identifier: Object.values(identifier)[0] },
    });
  }
});
