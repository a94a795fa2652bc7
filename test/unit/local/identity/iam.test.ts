import { describe, expect, it } from 'vitest';
import { type CloudClient, startCloud, textIn } from '../cloudcontrol/cloud-client.ts';

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
});
const ACCOUNT = 'arn:aws:iam::123456789012';

async function call({ query }: CloudClient, action: string, input: Record<string, string> = {}) {
  const { status, root, text } = await query('iam', action, input);
  return { status, code: textIn(root, 'Code'), message: textIn(root, 'Message'), root, text };
}

const role = { RoleName: 'shop', AssumeRolePolicyDocument: TRUST };

describe('a role', () => {
  it('is created, read, changed, tagged and deleted', async () => {
    const client = await startCloud();
    const tags = { 'Tags.member.1.Key': 'team', 'Tags.member.1.Value': 'blue' };
    await call(client, 'CreateRole', { ...role, Path: '/shops/', Description: 'old', ...tags });
    await call(client, 'UpdateRole', { RoleName: 'shop', Description: 'new', MaxSessionDuration: '7200' });
    const { root } = await call(client, 'GetRole', { RoleName: 'shop' });
    expect(textIn(root, 'Arn')).toBe(`${ACCOUNT}:role/shops/shop`);
    expect(textIn(root, 'Description')).toBe('new');
    expect(textIn(root, 'MaxSessionDuration')).toBe('7200');
    expect(decodeURIComponent(textIn(root, 'AssumeRolePolicyDocument') ?? '')).toBe(TRUST);
    expect(textIn(root, 'Value')).toBe('blue');
    await call(client, 'UntagRole', { RoleName: 'shop', 'TagKeys.member.1': 'team' });
    expect(textIn((await call(client, 'ListRoleTags', { RoleName: 'shop' })).root, 'Value')).toBeUndefined();
    expect((await call(client, 'DeleteRole', { RoleName: 'shop' })).status).toBe(200);
    expect(await call(client, 'GetRole', { RoleName: 'shop' })).toMatchObject({
      status: 404,
      code: 'NoSuchEntity',
      message: 'The role with name shop cannot be found.',
    });
  });

  it('gives what its policies allow at once, and no more once they are gone', async () => {
    const client = await startCloud();
    await call(client, 'CreateRole', role);
    const { accessKeyId } = client.cloud.identity.issue(`${ACCOUNT}:role/shop`, { sessionName: 'test' });
    const list = () => client.json('ssm', 'DescribeParameters', {}, accessKeyId);
    expect(await list()).toMatchObject({ code: 'AccessDeniedException' });
    const document = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'ssm:*', Resource: '*' }] });
    await call(client, 'PutRolePolicy', { RoleName: 'shop', PolicyName: 'p', PolicyDocument: document });
    expect(await list()).toEqual({ Parameters: [] });
    await call(client, 'DeleteRolePolicy', { RoleName: 'shop', PolicyName: 'p' });
    expect(await list()).toMatchObject({ code: 'AccessDeniedException' });
  });

  it('is not deleted while it has policies', async () => {
    const client = await startCloud();
    await call(client, 'CreateRole', role);
    await call(client, 'PutRolePolicy', { RoleName: 'shop', PolicyName: 'p', PolicyDocument: POLICY });
    expect(await call(client, 'DeleteRole', { RoleName: 'shop' })).toMatchObject({
      status: 409,
      code: 'DeleteConflict',
    });
  });

  it.each([
    ['CreateRole', role, 409, 'EntityAlreadyExists'],
    ['CreateRole', { RoleName: 'other', AssumeRolePolicyDocument: '{' }, 400, 'MalformedPolicyDocument'],
    ['CreateRole', { RoleName: 'no good', AssumeRolePolicyDocument: TRUST }, 400, 'ValidationError'],
    ['GetRolePolicy', { RoleName: 'shop', PolicyName: 'none' }, 404, 'NoSuchEntity'],
    ['AttachRolePolicy', { RoleName: 'shop', PolicyArn: `${ACCOUNT}:policy/none` }, 404, 'NoSuchEntity'],
    ['AttachRolePolicy', { RoleName: 'shop', PolicyArn: 'none' }, 400, 'ValidationError'],
    ['UpdateRole', { RoleName: 'shop', MaxSessionDuration: '60' }, 400, 'ValidationError'],
    ['UpdateRole', { RoleName: 'shop', Description: 'long '.repeat(201) }, 400, 'ValidationError'],
    ['UpdateRoleDescription', { RoleName: 'shop', Description: 'long '.repeat(201) }, 400, 'ValidationError'],
    ['CreateUser', { UserName: 'x' }, 501, 'NotImplementedException'],
  ])('%s with %j is refused', async (action, input, status, code) => {
    const client = await startCloud();
    await call(client, 'CreateRole', role);
    expect(await call(client, action, input)).toMatchObject({ status, code });
  });
});

describe('a managed policy', () => {
  const PolicyArn = `${ACCOUNT}:policy/shop`;

  it('has versions, of which one is in force', async () => {
    const client = await startCloud();
    await call(client, 'CreatePolicy', { PolicyName: 'shop', PolicyDocument: POLICY });
    const other = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }] });
    await call(client, 'CreatePolicyVersion', { PolicyArn, PolicyDocument: other, SetAsDefault: 'true' });
    expect(textIn((await call(client, 'GetPolicy', { PolicyArn })).root, 'DefaultVersionId')).toBe('v2');
    const { root } = await call(client, 'GetPolicyVersion', { PolicyArn, VersionId: 'v2' });
    expect(decodeURIComponent(textIn(root, 'Document') ?? '')).toBe(other);
    expect(await call(client, 'DeletePolicyVersion', { PolicyArn, VersionId: 'v2' })).toMatchObject({
      code: 'DeleteConflict',
    });
    expect(await call(client, 'DeletePolicy', { PolicyArn })).toMatchObject({ code: 'DeleteConflict' });
    await call(client, 'DeletePolicyVersion', { PolicyArn, VersionId: 'v1' });
    expect((await call(client, 'DeletePolicy', { PolicyArn })).status).toBe(200);
    expect(await call(client, 'GetPolicy', { PolicyArn })).toMatchObject({ status: 404, code: 'NoSuchEntity' });
  });

  it('is not deleted while it is attached', async () => {
    const client = await startCloud();
    await call(client, 'CreateRole', role);
    await call(client, 'CreatePolicy', { PolicyName: 'shop', PolicyDocument: POLICY });
    await call(client, 'AttachRolePolicy', { RoleName: 'shop', PolicyArn });
    const attached = await call(client, 'ListAttachedRolePolicies', { RoleName: 'shop' });
    expect(textIn(attached.root, 'PolicyName')).toBe('shop');
    expect(await call(client, 'DeletePolicy', { PolicyArn })).toMatchObject({ code: 'DeleteConflict' });
    await call(client, 'DetachRolePolicy', { RoleName: 'shop', PolicyArn });
    expect((await call(client, 'DeletePolicy', { PolicyArn })).status).toBe(200);
  });
});
