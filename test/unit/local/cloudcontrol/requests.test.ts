import { describe, expect, it } from 'vitest';
import { type CloudClient, startCloud } from './cloud-client.ts';

const TypeName = 'AWS::Logs::LogGroup';

function create({ json }: CloudClient, LogGroupName: string, more: object = {}, accessKeyId?: string) {
  const input = { TypeName, DesiredState: JSON.stringify({ LogGroupName }), ...more };
  return json('cloudcontrol', 'CreateResource', input, accessKeyId);
}

describe('a client token', () => {
  it('stands for one request, whose progress every repetition tells', async () => {
    const client = await startCloud();
    const first = await create(client, '/shop', { ClientToken: 'one' });
    const again = await create(client, '/shop', { ClientToken: 'one' });
    expect(again.ProgressEvent.RequestToken).toBe(first.ProgressEvent.RequestToken);
    await client.settled(first);
    const later = await create(client, '/shop', { ClientToken: 'one' });
    expect(later.ProgressEvent).toMatchObject({ OperationStatus: 'SUCCESS' });
  });
});

describe('a resource', () => {
  it('has one operation at a time', async () => {
    const client = await startCloud({ speed: 1 });
    await create(client, '/shop');
    const second = await client.json('cloudcontrol', 'DeleteResource', { TypeName, Identifier: '/shop' });
    expect(second).toMatchObject({ code: 'ConcurrentOperationException', status: 400 });
    expect(await create(client, '/other')).toHaveProperty('ProgressEvent');
  });

  it('that is not there is deleted in vain, and updated not at all', async () => {
    const client = await startCloud();
    const deletion = await client.json('cloudcontrol', 'DeleteResource', { TypeName, Identifier: '/shop' });
    expect((await client.settled(deletion)).ProgressEvent).toMatchObject({
      OperationStatus: 'FAILED',
      ErrorCode: 'NotFound',
    });
    const update = { TypeName, Identifier: '/shop', PatchDocument: '[]' };
    expect(await client.json('cloudcontrol', 'UpdateResource', update)).toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });

  it('that exists is not created again', async () => {
    const client = await startCloud();
    await client.settled(await create(client, '/shop'));
    expect((await client.settled(await create(client, '/shop'))).ProgressEvent).toMatchObject({
      OperationStatus: 'FAILED',
      ErrorCode: 'AlreadyExists',
      Identifier: '/shop',
    });
  });
});

it('cancels a request that runs, and leaves what it has made', async () => {
  const client = await startCloud();
  const { json, settled, properties, cloud } = client;
  const request = await create(client, '/shop');
  const { RequestToken } = request.ProgressEvent;
  while ((await properties(TypeName, '/shop')).code !== undefined) await cloud.clock.sleep(1);
  const cancelled = await json('cloudcontrol', 'CancelResourceRequest', { RequestToken });
  // On a slow machine the request may have come to its end already, which is refused then.
  if (cancelled.code !== undefined) expect(cancelled.message).toMatch('already in status SUCCESS');
  else expect((await settled(request)).ProgressEvent.OperationStatus).toBe('CANCEL_COMPLETE');
  expect(await properties(TypeName, '/shop')).toMatchObject({ LogGroupName: '/shop' });
});

describe('permissions', () => {
  const cloudControl = { Effect: 'Allow', Action: 'cloudformation:*', Resource: '*' };

  it('are needed for the operation', async () => {
    const client = await startCloud();
    const key = await client.roleKey({ Effect: 'Allow', Action: 'logs:*', Resource: '*' });
    expect(await create(client, '/shop', {}, key)).toMatchObject({
      code: 'AccessDeniedException',
      message: expect.stringContaining('not authorized to perform: cloudformation:CreateResource'),
    });
  });

  it('are needed for what the handler does', async () => {
    const client = await startCloud();
    const key = await client.roleKey(cloudControl);
    const { ProgressEvent } = await client.settled(await create(client, '/shop', {}, key));
    expect(ProgressEvent).toMatchObject({
      OperationStatus: 'FAILED',
      ErrorCode: 'AccessDenied',
      StatusMessage: expect.stringContaining('not authorized to perform: logs:CreateLogGroup'),
    });
    const mayAll = await client.roleKey(cloudControl, { Effect: 'Allow', Action: 'logs:*', Resource: '*' });
    expect((await client.settled(await create(client, '/shop', {}, mayAll))).ProgressEvent.OperationStatus).toBe(
      'SUCCESS',
    );
  });
});

describe('faults', () => {
  it('fail a handler before it acts', async () => {
    const client = await startCloud({ faults: ['handler-error:before:AWS::Logs::LogGroup:CREATE:Throttling'] });
    expect((await client.settled(await create(client, '/shop'))).ProgressEvent).toMatchObject({
      OperationStatus: 'FAILED',
      ErrorCode: 'Throttling',
    });
    expect((await client.settled(await create(client, '/shop'))).ProgressEvent.OperationStatus).toBe('SUCCESS');
  });

  it('fail a handler after it has acted, which leaves a resource', async () => {
    const client = await startCloud({ faults: ['handler-error:after:AWS::Logs::LogGroup:CREATE:NotStabilized'] });
    expect((await client.settled(await create(client, '/shop'))).ProgressEvent).toMatchObject({
      OperationStatus: 'FAILED',
      ErrorCode: 'NotStabilized',
      Identifier: '/shop',
    });
    expect((await client.settled(await create(client, '/shop'))).ProgressEvent.ErrorCode).toBe('AlreadyExists');
  });

  it('make a handler slow', async () => {
    const client = await startCloud({ faults: ['handler-slow:AWS::Logs::LogGroup:CREATE:delay=2h'] });
    const before = client.cloud.clock.now();
    await client.settled(await create(client, '/shop'));
    expect(client.cloud.clock.now() - before).toBeGreaterThan(7_200_000);
  });
});

it('asks for the model that a list needs', async () => {
  const { json } = await startCloud();
  expect(await json('cloudcontrol', 'ListResources', { TypeName: 'AWS::Lambda::Permission' })).toMatchObject({
    code: 'InvalidRequestException',
    message: expect.stringContaining('Required property: [FunctionName]'),
  });
});

it('refuses a type that Cloud Control does not provision', async () => {
  const { json } = await startCloud();
  const input = { TypeName: 'AWS::IAM::Policy', DesiredState: '{}' };
  expect(await json('cloudcontrol', 'CreateResource', input)).toEqual({
    code: 'UnsupportedActionException',
    message: 'Resource type AWS::IAM::Policy does not support CREATE action',
    status: 400,
  });
});
