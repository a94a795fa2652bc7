import { expect, it } from 'vitest';
import { startCloud } from '../cloudcontrol/cloud-client.ts';
import { assemblyFolder } from '../template/assembly-folder.ts';

const FUNCTION = '/2015-03-31/functions/greeter';

async function withFunction() {
  const client = await startCloud();
  const AssumeRolePolicyDocument = {
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  await client.cloud.deploy({
    assembly: assemblyFolder({
      Shop: {
        Resources: {
          Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument } },
          Greeter: {
            Type: 'AWS::Lambda::Function',
            Properties: {
              FunctionName: 'greeter',
              Runtime: 'nodejs24.x',
              Handler: 'index.handler',
              Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
              Code: { ZipFile: 'exports.handler = async () => 1;' },
              Tags: [{ Key: 'team', Value: 'blue' }],
            },
          },
          Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Greeter' } } },
          Live: {
            Type: 'AWS::Lambda::Alias',
            Properties: { FunctionName: 'greeter', Name: 'live', FunctionVersion: '1' },
            DependsOn: 'Version',
          },
        },
      },
    }),
  });
  async function call(method: string, path: string, body?: object) {
    const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await client.send('lambda', path, init);
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }
  return { ...client, call };
}

const permission = { StatementId: 'bucket', Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com' };

it('adds permissions to a function, tells them, and removes them', async () => {
  const { call } = await withFunction();
  expect(await call('GET', `${FUNCTION}/policy`)).toMatchObject({
    status: 404,
    body: { __type: 'ResourceNotFoundException' },
  });
  const added = await call('POST', `${FUNCTION}/policy`, { ...permission, SourceArn: 'arn:aws:s3:::uploads' });
  expect(added.status).toBe(201);
  expect(JSON.parse(added.body.Statement)).toMatchObject({
    Sid: 'bucket',
    Principal: { Service: 's3.amazonaws.com' },
    Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::uploads' } },
  });
  expect(await call('POST', `${FUNCTION}/policy`, permission)).toMatchObject({
    status: 409,
    body: { __type: 'ResourceConflictException' },
  });
  const { body } = await call('GET', `${FUNCTION}/policy`);
  expect(JSON.parse(body.Policy).Statement).toHaveLength(1);
  expect((await call('DELETE', `${FUNCTION}/policy/bucket`)).status).toBe(204);
  expect((await call('DELETE', `${FUNCTION}/policy/bucket`)).status).toBe(404);
});

it('tells versions, aliases, tags and settings', async () => {
  const { call } = await withFunction();
  expect((await call('GET', `${FUNCTION}/versions`)).body.Versions).toMatchObject([
    { Version: '$LATEST' },
    { Version: '1' },
  ]);
  expect((await call('GET', `${FUNCTION}/aliases/live`)).body).toMatchObject({ Name: 'live', FunctionVersion: '1' });
  expect((await call('GET', FUNCTION)).body).toMatchObject({ Tags: { team: 'blue' } });
  const arn = 'arn:aws:lambda:us-east-1:123456789012:function:greeter';
  expect((await call('GET', `/2017-03-31/tags/${encodeURIComponent(arn)}`)).body).toEqual({ Tags: { team: 'blue' } });
  expect((await call('GET', '/2020-06-30/functions/greeter/code-signing-config')).body).toMatchObject({
    FunctionName: 'greeter',
  });
  expect((await call('GET', '/2021-10-31/functions/greeter/url')).status).toBe(404);
});

it('makes a permission by Cloud Control, which the function then has', async () => {
  const { json, settled, call, properties } = await withFunction();
  const TypeName = 'AWS::Lambda::Permission';
  const desired = { FunctionName: 'greeter', Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com' };
  const request = await json('cloudcontrol', 'CreateResource', { TypeName, DesiredState: JSON.stringify(desired) });
  const { Identifier } = (await settled(request)).ProgressEvent;
  expect(Identifier).toMatch(/^greeter\|/);
  expect(await properties(TypeName, Identifier)).toMatchObject(desired);
  expect(JSON.parse((await call('GET', `${FUNCTION}/policy`)).body.Policy).Statement).toHaveLength(1);
  const update = { TypeName, Identifier, PatchDocument: '[]' };
  expect(await json('cloudcontrol', 'UpdateResource', update)).toMatchObject({ code: 'UnsupportedActionException' });
});

it.each([
  [{ FunctionUrlAuthType: 'NONE' }, { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } }],
  [{ EventSourceToken: 'token' }, { StringEquals: { 'lambda:EventSourceToken': 'token' } }],
  [{ InvokedViaFunctionUrl: true }, { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } }],
])('a permission with %j is bound by a condition, and grants nobody else', async (member, Condition) => {
  const { call, roleKey, send } = await withFunction();
  const added = await call('POST', `${FUNCTION}/policy`, { ...permission, Principal: '*', ...member });
  expect(JSON.parse(added.body.Statement)).toMatchObject({ Principal: '*', Condition });
  const accessKeyId = await roleKey({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
  const invoked = await send('lambda', `${FUNCTION}/invocations`, { method: 'POST', body: '{}', accessKeyId });
  expect(invoked.status).toBe(403);
});

it.each([
  [{ Action: 's3:Get' }, 'ValidationException'],
  [{ Action: 'InvokeFunction' }, 'ValidationException'],
  [{ Principal: 'foo' }, 'InvalidParameterValueException'],
])('a permission with %j is refused', async (member, __type) => {
  const { call } = await withFunction();
  expect(await call('POST', `${FUNCTION}/policy`, { ...permission, ...member })).toMatchObject({
    status: 400,
    body: { __type },
  });
  expect((await call('GET', `${FUNCTION}/policy`)).status).toBe(404);
});

it('changes permissions and aliases for who knows their latest revision', async () => {
  const { call } = await withFunction();
  const stale = { status: 412, body: { __type: 'PreconditionFailedException' } };
  await call('POST', `${FUNCTION}/policy`, permission);
  const { RevisionId } = (await call('GET', `${FUNCTION}/policy`)).body;
  const other = { ...permission, StatementId: 'other' };
  expect(await call('POST', `${FUNCTION}/policy`, { ...other, RevisionId: 'old' })).toMatchObject(stale);
  expect(await call('POST', `${FUNCTION}/policy`, { ...other, RevisionId })).toMatchObject({ status: 201 });
  expect(await call('DELETE', `${FUNCTION}/policy/other?RevisionId=${RevisionId}`)).toMatchObject(stale);
  const latest = (await call('GET', `${FUNCTION}/policy`)).body.RevisionId;
  expect(await call('DELETE', `${FUNCTION}/policy/other?RevisionId=${latest}`)).toMatchObject({ status: 204 });
  const alias = (await call('GET', `${FUNCTION}/aliases/live`)).body;
  const update = (revision: string) =>
    call('PUT', `${FUNCTION}/aliases/live`, { FunctionVersion: '$LATEST', RevisionId: revision });
  expect(await update('old')).toMatchObject(stale);
  expect(await update(alias.RevisionId)).toMatchObject({ status: 200 });
});

it('lists all versions of functions where that is asked for', async () => {
  const { call } = await withFunction();
  const list = async (query: string) =>
    (await call('GET', `/2015-03-31/functions/${query}`)).body.Functions.map(
      ({ Version }: { Version: string }) => Version,
    );
  expect(await list('')).toEqual(['$LATEST']);
  expect(await list('?FunctionVersion=ALL')).toEqual(['$LATEST', '1']);
  const first = (await call('GET', '/2015-03-31/functions/?FunctionVersion=ALL&MaxItems=1')).body;
  expect(await list(`?FunctionVersion=ALL&Marker=${encodeURIComponent(first.NextMarker)}`)).toEqual(['1']);
});

it('leaves 100 executions that no function reserves', async () => {
  const { call } = await withFunction();
  const reserve = (ReservedConcurrentExecutions: number) =>
    call('PUT', '/2017-10-31/functions/greeter/concurrency', { ReservedConcurrentExecutions });
  expect(await reserve(901)).toMatchObject({ status: 400, body: { __type: 'InvalidParameterValueException' } });
  expect(await reserve(900)).toMatchObject({ status: 200 });
  expect(await reserve(900)).toMatchObject({ status: 200 });
});

it('refuses a qualifier that is not the one in the name', async () => {
  const { call } = await withFunction();
  const path = '/2015-03-31/functions/greeter%3Alive';
  expect(await call('GET', `${path}?Qualifier=1`)).toMatchObject({
    status: 400,
    body: { __type: 'InvalidParameterValueException' },
  });
  expect(await call('GET', `${path}?Qualifier=live`)).toMatchObject({ status: 200 });
});
