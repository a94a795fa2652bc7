import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteEventSourceMappingCommand,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteFunctionEventInvokeConfigCommand,
  GetEventSourceMappingCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionEventInvokeConfigCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListTagsCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateEventSourceMappingCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCloud } from '../../../../lib/local/cloud.ts';
import { signedFor } from '../wire/open-wire.ts';
import { zipOf } from './zip-of.ts';

const ROLE = 'arn:aws:iam::123456789012:role/worker';
const QUEUE = 'arn:aws:sqs:us-east-1:123456789012:jobs';
const says = (what: string) =>
  zipOf({ 'index.mjs': `export const handler = async (event) => ({ says: '${what}', event });` });

/** A local cloud with a role and a queue. A second is over soon there, unless the speed says otherwise. */
async function start(speed = 1000) {
  const cloud = await createLocalCloud({ speed });
  onTestFinished(() => cloud.stop());
  const client = new LambdaClient({
    endpoint: cloud.endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  async function form(service: string, parameters: Readonly<Record<string, string>>) {
    const headers = { authorization: signedFor(service) };
    await fetch(cloud.endpoint, { method: 'POST', headers, body: new URLSearchParams(parameters) });
  }
  const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await form('iam', {
    Action: 'CreateRole',
    RoleName: 'worker',
    AssumeRolePolicyDocument: policy({
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    }),
  });
  await form('iam', {
    Action: 'PutRolePolicy',
    RoleName: 'worker',
    PolicyName: 'read',
    PolicyDocument: policy({ Effect: 'Allow', Action: 'sqs:*', Resource: QUEUE }),
  });
  await form('sqs', { Action: 'CreateQueue', QueueName: 'jobs' });
  const settled = () => new Promise<void>((resolve) => cloud.clock.after(1001, resolve));
  const create = async (more: Partial<CreateFunctionCommandInput> = {}) =>
    client.send(
      new CreateFunctionCommand({
        FunctionName: 'gate',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: ROLE,
        Code: { ZipFile: await says('one') },
        ...more,
      }),
    );
  const invoke = async (Qualifier?: string) => {
    const { Payload } = await client.send(
      new InvokeCommand({ FunctionName: 'gate', Payload: Buffer.from('{"n":1}'), ...(Qualifier ? { Qualifier } : {}) }),
    );
    return JSON.parse(Payload?.transformToString() ?? '');
  };
  return { cloud, client, create, invoke, settled };
}

const refusal = (name: string, message: string | RegExp) =>
  expect.objectContaining({ name, message: expect.stringMatching(message) });

describe('a function that a request makes', () => {
  it('is Pending for a moment, then runs', async () => {
    const { client, create, invoke, settled } = await start();
    const made = await create({ Tags: { team: 'blue' } });
    expect(made).toMatchObject({
      $metadata: { httpStatusCode: 201 },
      FunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:gate',
      State: 'Pending',
      StateReasonCode: 'Creating',
      Version: '$LATEST',
      Timeout: 3,
      MemorySize: 128,
    });
    expect(made.LastUpdateStatus).toBeUndefined();
    expect(made.Environment).toBeUndefined();
    await settled();
    expect(await client.send(new GetFunctionCommand({ FunctionName: 'gate' }))).toMatchObject({
      Configuration: { State: 'Active', LastUpdateStatus: 'Successful', CodeSha256: made.CodeSha256 },
      Tags: { team: 'blue' },
    });
    expect(await invoke()).toEqual({ says: 'one', event: { n: 1 } });
  });

  it('takes its code from S3, as its maker may read it there', async () => {
    const { cloud, create, invoke, settled } = await start();
    const headers = { authorization: signedFor('s3') };
    await fetch(`${cloud.endpoint}/code`, { method: 'PUT', headers });
    await expect(create({ Code: { S3Bucket: 'code', S3Key: 'gate.zip' } })).rejects.toEqual(
      refusal('InvalidParameterValueException', /Error occurred while GetObject. S3 Error Code: NoSuchKey/),
    );
    const body = new Uint8Array(await says('from S3'));
    await fetch(`${cloud.endpoint}/code/gate.zip`, { method: 'PUT', headers, body });
    await create({ Code: { S3Bucket: 'code', S3Key: 'gate.zip' } });
    await settled();
    expect(await invoke()).toMatchObject({ says: 'from S3' });
  });

  it('runs its new code, configuration and variables after an update, and its versions what they were', async () => {
    const { client, create, invoke, settled } = await start();
    await create();
    await settled();
    await client.send(new PublishVersionCommand({ FunctionName: 'gate', Description: 'first' }));
    expect(await client.send(new PublishVersionCommand({ FunctionName: 'gate' }))).toMatchObject({ Version: '1' });
    await client.send(new CreateAliasCommand({ FunctionName: 'gate', Name: 'live', FunctionVersion: '1' }));
    expect(await invoke()).toMatchObject({ says: 'one' });
    const updated = await client.send(
      new UpdateFunctionCodeCommand({ FunctionName: 'gate', ZipFile: await says('two') }),
    );
    expect(updated).toMatchObject({
      State: 'Active',
      LastUpdateStatus: 'InProgress',
      LastUpdateStatusReasonCode: 'Creating',
    });
    await settled();
    expect([await invoke(), await invoke('1'), await invoke('live')].map(({ says: what }) => what)).toEqual([
      'two',
      'one',
      'one',
    ]);
    await client.send(new PublishVersionCommand({ FunctionName: 'gate' }));
    await client.send(new UpdateAliasCommand({ FunctionName: 'gate', Name: 'live', FunctionVersion: '2' }));
    expect(await invoke('live')).toMatchObject({ says: 'two' });
    await client.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'gate',
        Timeout: 9,
        Environment: { Variables: { STAGE: 'x' } },
      }),
    );
    await settled();
    expect((await client.send(new GetFunctionCommand({ FunctionName: 'gate' }))).Configuration).toMatchObject({
      Timeout: 9,
      MemorySize: 128,
      Environment: { Variables: { STAGE: 'x' } },
      CodeSha256: updated.CodeSha256,
    });
    expect(await invoke()).toMatchObject({ says: 'two' });
  });

  it('is gone after its deletion, and may come again', async () => {
    const { client, create, invoke, settled } = await start();
    await create();
    await settled();
    await invoke();
    await client.send(new DeleteFunctionCommand({ FunctionName: 'gate' }));
    await expect(invoke()).rejects.toEqual(
      refusal('ResourceNotFoundException', /^Function not found: .*:gate:\$LATEST$/),
    );
    await create({ Code: { ZipFile: await says('again') } });
    await settled();
    expect(await invoke()).toMatchObject({ says: 'again' });
  });

  it.each<readonly [string, Partial<CreateFunctionCommandInput>, string, RegExp]>([
    [
      'a zip archive that is none',
      { Code: { ZipFile: Buffer.from('no zip') } },
      'InvalidParameterValueException',
      /^Could not unzip uploaded file/,
    ],
    ['no code', { Code: {} }, 'InvalidParameterValueException', /^Please provide a source for function code/],
    [
      'a role that is not there',
      { Role: `${ROLE}-2` },
      'InvalidParameterValueException',
      /^The role defined for the function cannot be assumed by Lambda\.$/,
    ],
    [
      'a timeout of 901 s',
      { Timeout: 901 },
      'ValidationException',
      /Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900/,
    ],
    [
      'no handler',
      { Handler: undefined },
      'InvalidParameterValueException',
      /^Runtime and Handler are mandatory parameters/,
    ],
    [
      'a reserved variable',
      { Environment: { Variables: { AWS_REGION: 'x' } } },
      'InvalidParameterValueException',
      /Reserved keys used in this request: AWS_REGION/,
    ],
  ])('is refused with %s', async (_what, more, name, message) => {
    const { create } = await start();
    await expect(create(more)).rejects.toEqual(refusal(name, message));
  });

  it('is made once', async () => {
    const { create } = await start();
    await create();
    await expect(create()).rejects.toEqual(refusal('ResourceConflictException', /^Function already exist: gate$/));
  });
});

describe('what is set of a function', () => {
  it('decides how its asynchronous events are treated', async () => {
    const { client, create } = await start();
    await create();
    const FunctionName = 'gate';
    await expect(client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }))).rejects.toEqual(
      refusal('ResourceNotFoundException', /doesn't have an EventInvokeConfig$/),
    );
    const DestinationConfig = { OnFailure: { Destination: QUEUE } };
    const put = await client.send(
      new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 0, DestinationConfig }),
    );
    expect(put).toMatchObject({ MaximumRetryAttempts: 0, DestinationConfig: { OnSuccess: {}, ...DestinationConfig } });
    expect(put.MaximumEventAgeInSeconds).toBeUndefined();
    const update = new UpdateFunctionEventInvokeConfigCommand({ FunctionName, MaximumEventAgeInSeconds: 60 });
    expect(await client.send(update)).toMatchObject({
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig,
    });
    await client.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName }));
    await expect(client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }))).rejects.toThrow(
      /doesn't have/,
    );
  });

  it('limits how many run at once', async () => {
    const { client, create, invoke, settled } = await start();
    await create();
    await settled();
    const FunctionName = 'gate';
    await client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
    await expect(invoke()).rejects.toEqual(refusal('TooManyRequestsException', /^Rate Exceeded\.$/));
    await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    expect(
      (await client.send(new GetFunctionConcurrencyCommand({ FunctionName }))).ReservedConcurrentExecutions,
    ).toBeUndefined();
    expect(await invoke()).toMatchObject({ says: 'one' });
  });

  it('has tags', async () => {
    const { client, create } = await start();
    const { FunctionArn: Resource } = await create({ Tags: { team: 'blue' } });
    await client.send(new TagResourceCommand({ Resource, Tags: { stage: 'beta' } }));
    await client.send(new UntagResourceCommand({ Resource, TagKeys: ['team'] }));
    expect((await client.send(new ListTagsCommand({ Resource }))).Tags).toEqual({ stage: 'beta' });
  });

  it('cannot be used while the function is Pending', async () => {
    const { client, create } = await start(1);
    await create();
    await expect(
      client.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'gate', Timeout: 5 })),
    ).rejects.toEqual(refusal('ResourceConflictException', /currently in the following state: Pending$/));
    await client.send(
      new AddPermissionCommand({
        FunctionName: 'gate',
        StatementId: 'events',
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
      }),
    );
    await expect(client.send(new InvokeCommand({ FunctionName: 'gate' }))).rejects.toEqual(
      refusal('ResourceConflictException', /currently in the following state: Pending$/),
    );
  });
});

describe('an event source mapping that a request makes', () => {
  it('feeds the function, until it is turned off and deleted', async () => {
    const { cloud, client, create, settled } = await start();
    await create();
    await settled();
    const made = await client.send(
      new CreateEventSourceMappingCommand({ FunctionName: 'gate', EventSourceArn: QUEUE }),
    );
    expect(made).toMatchObject({
      State: 'Creating',
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 0,
      FunctionResponseTypes: [],
    });
    const { UUID } = made;
    const ran = new Promise<unknown>((resolve) => cloud.events.on('invocationEnd', ({ result }) => resolve(result)));
    cloud.queues.send(QUEUE, 'hello', { principal: cloud.identity.principalOf('any') });
    expect(await ran).toMatchObject({ event: { Records: [{ body: 'hello', eventSourceARN: QUEUE }] } });
    await settled();
    expect(await client.send(new GetEventSourceMappingCommand({ UUID }))).toMatchObject({ State: 'Enabled' });
    const off = await client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
    expect(off).toMatchObject({ State: 'Disabling' });
    await settled();
    const listed = await client.send(new ListEventSourceMappingsCommand({ FunctionName: 'gate' }));
    expect(listed.EventSourceMappings).toMatchObject([{ UUID, State: 'Disabled' }]);
    expect(await client.send(new DeleteEventSourceMappingCommand({ UUID }))).toMatchObject({ State: 'Deleting' });
    await expect(client.send(new GetEventSourceMappingCommand({ UUID }))).rejects.toThrow('does not exist');
  });

  it('is in use while it is being made', async () => {
    const { client, create } = await start(1);
    await create();
    const command = new CreateEventSourceMappingCommand({ FunctionName: 'gate', EventSourceArn: QUEUE });
    const { UUID } = await client.send(command);
    await expect(client.send(new DeleteEventSourceMappingCommand({ UUID }))).rejects.toEqual(
      refusal('ResourceInUseException', /^Cannot delete the event source mapping because it is in use\.$/),
    );
    await expect(client.send(command)).rejects.toEqual(
      refusal(
        'ResourceConflictException',
        new RegExp(`already exists. Please update or delete the existing mapping with UUID ${UUID}$`),
      ),
    );
  });

  it.each<readonly [string, object, string, RegExp]>([
    [
      'a queue that is not there',
      { EventSourceArn: `${QUEUE}-2` },
      'InvalidParameterValueException',
      /permissions to call ReceiveMessage on SQS/,
    ],
    [
      'a batch of more than ten without a window',
      { BatchSize: 11 },
      'InvalidParameterValueException',
      /^Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10/,
    ],
    ['a function that is not there', { FunctionName: 'nobody' }, 'ResourceNotFoundException', /^Function not found: /],
    [
      'a filter',
      { FilterCriteria: { Filters: [{ Pattern: '{}' }] } },
      'NotImplementedException',
      /filters of event source mappings are not simulated/,
    ],
  ])('is refused with %s', async (_what, more, name, message) => {
    const { client, create } = await start();
    await create();
    const command = new CreateEventSourceMappingCommand({ FunctionName: 'gate', EventSourceArn: QUEUE, ...more });
    await expect(client.send(command)).rejects.toEqual(refusal(name, message));
  });
});

it.each<readonly [string, string, number, RegExp]>([
  ['GET', '/2015-03-31/functions/%zz', 400, /'%zz' names no function/],
  ['GET', '/2018-10-31/layers', 501, /lambda ListLayers is not simulated/],
  ['POST', '/2020-04-22/code-signing-configs', 501, /lambda CreateCodeSigningConfig is not simulated/],
  ['GET', '/2099-01-01/nowhere', 501, /lambda GET \/2099-01-01\/nowhere is not simulated/],
])('%s %s ends in %i', async (method, path, status, message) => {
  const { cloud } = await start();
  const response = await fetch(`${cloud.endpoint}${path}`, { method, headers: { authorization: signedFor('lambda') } });
  const told = (await response.json()) as { readonly message: string };
  expect([response.status, told.message]).toEqual([status, expect.stringMatching(message)]);
});
