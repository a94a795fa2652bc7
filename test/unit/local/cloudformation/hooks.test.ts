import { describe, expect, it } from 'vitest';
import { type CloudClient, startCloud, textIn } from '../cloudcontrol/cloud-client.ts';
import { assemblyFolder } from '../template/assembly-folder.ts';

interface HookOptions {
  /** The body of `async function answer(event)`. */
  readonly code: string;
  readonly failureMode?: 'FAIL' | 'WARN';
  readonly operations?: readonly string[];
  readonly filters?: object;
  readonly mayInvoke?: boolean;
}

const ROLE_OF = (service: string, actions: readonly string[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
    Policies: [
      { PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] } },
    ],
  },
});

/** A stack with a hook. */
function hookStack({ code, failureMode = 'FAIL', operations = ['CLOUD_CONTROL', 'RESOURCE'], ...rest }: HookOptions) {
  const { filters = { TargetNames: ['AWS::S3::*', 'AWS::Logs::LogGroup'] }, mayInvoke = true } = rest;
  return {
    Resources: {
      FunctionRole: ROLE_OF('lambda.amazonaws.com', ['logs:PutLogEvents']),
      HookRole: ROLE_OF('hooks.cloudformation.amazonaws.com', [
        mayInvoke ? 'lambda:InvokeFunction' : 'logs:PutLogEvents',
      ]),
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Timeout: 60,
          Role: { 'Fn::GetAtt': ['FunctionRole', 'Arn'] },
          Code: {
            ZipFile: `async function answer(event) { ${code} }
exports.handler = async (event) => {
  console.log('hook event ' + JSON.stringify(event));
  return { clientRequestToken: event.clientRequestToken, ...(await answer(event)) };
};`,
          },
        },
      },
      Hook: {
        Type: 'AWS::CloudFormation::LambdaHook',
        Properties: {
          Alias: 'Shop::Rules::Hook',
          LambdaFunction: { 'Fn::GetAtt': ['Function', 'Arn'] },
          ExecutionRole: { 'Fn::GetAtt': ['HookRole', 'Arn'] },
          FailureMode: failureMode,
          HookStatus: 'ENABLED',
          TargetOperations: operations,
          TargetFilters: filters,
        },
      },
    },
  };
}

const DENY = "return { hookStatus: 'FAILED', errorCode: 'NonCompliant', message: 'no bucket here' };";

async function withHook(options: HookOptions, speed = 1_000) {
  const client = await startCloud({ speed });
  const events: Record<string, unknown>[] = [];
  client.cloud.events.on('log', ({ line }) => {
    const [, text] = /hook event (\{.*\})/.exec(line) ?? [];
    if (text !== undefined) events.push(JSON.parse(text));
  });
  await client.cloud.deploy({ assembly: assemblyFolder({ Rules: hookStack(options) }) });
  return { ...client, events };
}

async function createBucket({ json, settled }: CloudClient) {
  const DesiredState = JSON.stringify({ BucketName: 'shop-uploads' });
  return settled(await json('cloudcontrol', 'CreateResource', { TypeName: 'AWS::S3::Bucket', DesiredState }));
}

describe('a hook on Cloud Control', () => {
  it('may itself be made, changed and taken away by it', async () => {
    const client = await withHook({ code: DENY });
    const { json, settled, properties } = client;
    const TypeName = 'AWS::CloudFormation::LambdaHook';
    const [first] = (await json('cloudcontrol', 'ListResources', { TypeName })).ResourceDescriptions;
    const { HookArn: _, ...declared } = await properties(TypeName, first.Identifier);
    await settled(await json('cloudcontrol', 'DeleteResource', { TypeName, Identifier: first.Identifier }));
    const bucketMade = async () => (await createBucket(client)).ProgressEvent.OperationStatus;
    const settledAs = async (answer: unknown) => (await settled(answer)).ProgressEvent;
    const create = (desired: object) =>
      json('cloudcontrol', 'CreateResource', { TypeName, DesiredState: JSON.stringify(desired) });

    const made = await settledAs(await create({ ...declared, Alias: 'Shop::Second::Hook' }));
    expect(made).toMatchObject({ OperationStatus: 'SUCCESS', Identifier: expect.stringMatching(/Shop-Second-Hook$/) });
    expect(await bucketMade()).toBe('FAILED');
    expect(await settledAs(await create({ ...declared, Alias: 'Shop::Second::Hook' }))).toMatchObject({
      ErrorCode: 'AlreadyExists',
    });
    expect(await settledAs(await create({ ...declared, Alias: 'second' }))).toMatchObject({
      ErrorCode: 'InvalidRequest',
    });

    const PatchDocument = JSON.stringify([{ op: 'replace', path: '/HookStatus', value: 'DISABLED' }]);
    const update = { TypeName, Identifier: made.Identifier, PatchDocument };
    expect(await settledAs(await json('cloudcontrol', 'UpdateResource', update))).toMatchObject({
      OperationStatus: 'SUCCESS',
    });
    expect(await bucketMade()).toBe('SUCCESS');
  });

  it('fails the request in FAIL mode, before anything is made', async () => {
    const client = await withHook({ code: DENY });
    const { ProgressEvent, HooksProgressEvent } = await createBucket(client);
    expect(ProgressEvent).toMatchObject({
      OperationStatus: 'FAILED',
      HooksRequestToken: expect.any(String),
      StatusMessage: 'The following hook(s) failed: [Shop::Rules::Hook]',
    });
    expect(HooksProgressEvent).toEqual([
      {
        HookTypeName: 'Shop::Rules::Hook',
        HookTypeVersionId: '00000001',
        HookTypeArn: 'arn:aws:cloudformation:us-east-1:123456789012:type/hook/Shop-Rules-Hook',
        InvocationPoint: 'PRE_PROVISION',
        HookStatus: 'HOOK_COMPLETE_FAILED',
        HookEventTime: expect.any(Number),
        HookStatusMessage: 'Hook failed with message: no bucket here',
        FailureMode: 'FAIL',
      },
    ]);
    expect((await client.send('s3', '/shop-uploads', { method: 'HEAD' })).status).toBe(404);
    expect(client.events).toMatchObject([
      {
        awsAccountId: '123456789012',
        stackId: null,
        changeSetId: null,
        hookTypeName: 'Shop::Rules::Hook',
        actionInvocationPoint: 'CREATE_PRE_PROVISION',
        requestData: {
          targetName: 'AWS::S3::Bucket',
          targetType: 'RESOURCE',
          targetModel: { resourceProperties: { BucketName: 'shop-uploads' }, previousResourceProperties: {} },
        },
        requestContext: { invocation: 1, callbackContext: null },
      },
    ]);
  });

  it('warns in WARN mode', async () => {
    const client = await withHook({ code: DENY, failureMode: 'WARN' });
    const { ProgressEvent, HooksProgressEvent } = await createBucket(client);
    expect(ProgressEvent.OperationStatus).toBe('SUCCESS');
    expect(HooksProgressEvent[0]).toMatchObject({
      HookStatus: 'HOOK_COMPLETE_FAILED',
      HookStatusMessage: 'Hook failed with message: no bucket here. Failure was ignored under WARN mode.',
    });
  });

  it('is not asked about what it does not target', async () => {
    const client = await withHook({ code: DENY, filters: { TargetNames: ['AWS::SQS::Queue'] } });
    const { ProgressEvent, HooksProgressEvent } = await createBucket(client);
    expect(ProgressEvent).toMatchObject({ OperationStatus: 'SUCCESS' });
    expect(HooksProgressEvent).toBeUndefined();
  });

  it('may take three rounds more', async () => {
    const client = await withHook({
      code: `const round = event.requestContext.invocation;
        if (round < 4) return { hookStatus: 'IN_PROGRESS', callbackContext: { round }, callbackDelaySeconds: 5 };
        return { hookStatus: 'SUCCESS', message: JSON.stringify(event.requestContext.callbackContext) };`,
    });
    const { ProgressEvent, HooksProgressEvent } = await createBucket(client);
    expect(ProgressEvent.OperationStatus).toBe('SUCCESS');
    expect(HooksProgressEvent[0]).toMatchObject({
      HookStatus: 'HOOK_COMPLETE_SUCCEEDED',
      HookStatusMessage: '{"round":3}',
    });
  });

  it.each([
    ['that goes on for ever', "return { hookStatus: 'IN_PROGRESS' };", 'IN_PROGRESS more than 3 times', 4],
    ['that throws', "throw new Error('broken');", 'its function failed: broken', 3],
    ['with a status that does not exist', "return { hookStatus: 'FAILURE' };", 'hookStatus must be SUCCESS', 1],
    ['without an error code', "return { hookStatus: 'FAILED' };", 'errorCode must be NonCompliant', 1],
    [
      'without the token',
      "return { hookStatus: 'SUCCESS', clientRequestToken: 'x' };",
      'clientRequestToken is missing',
      1,
    ],
  ])('%s does not complete, which fails the request', async (_, code, reason, invocations) => {
    const client = await withHook({ code });
    const { ProgressEvent, HooksProgressEvent } = await createBucket(client);
    expect(ProgressEvent.OperationStatus).toBe('FAILED');
    expect(HooksProgressEvent[0]).toMatchObject({
      HookStatus: 'HOOK_FAILED',
      HookStatusMessage: expect.stringContaining(reason),
    });
    expect(client.events).toHaveLength(invocations);
  });

  it('fails where its role may not invoke the function', async () => {
    const client = await withHook({ code: DENY, mayInvoke: false });
    const { HooksProgressEvent } = await createBucket(client);
    expect(HooksProgressEvent[0]).toMatchObject({
      HookStatus: 'HOOK_FAILED',
      HookStatusMessage: expect.stringContaining('not authorized to perform: lambda:InvokeFunction'),
    });
  });
});

describe('the results of hooks', () => {
  const annotated = `return { hookStatus: 'FAILED', errorCode: 'NonCompliant', message: 'no', annotations: [
    { annotationName: 'size', status: 'FAILED', statusMessage: 'too large', severityLevel: 'HIGH' }] };`;

  it('are listed by the token of the request, and told with their annotations', async () => {
    const client = await withHook({ code: annotated });
    const { ProgressEvent } = await createBucket(client);
    const listed = await client.query('cloudformation', 'ListHookResults', {
      TargetType: 'CLOUD_CONTROL',
      TargetId: ProgressEvent.HooksRequestToken,
    });
    const HookResultId = textIn(listed.root, 'HookResultId') ?? '';
    expect(textIn(listed.root, 'Status')).toBe('HOOK_COMPLETE_FAILED');
    const { root } = await client.query('cloudformation', 'GetHookResult', { HookResultId });
    expect(textIn(root, 'HookStatusReason')).toBe('Hook failed with message: no');
    expect(textIn(root, 'AnnotationName')).toBe('size');
    expect(textIn(root, 'SeverityLevel')).toBe('HIGH');
    expect(textIn(root, 'TargetTypeName')).toBe('AWS::S3::Bucket');
  });

  it('are not found under another id', async () => {
    const { query } = await startCloud();
    const answer = await query('cloudformation', 'GetHookResult', { HookResultId: '0' });
    expect(answer.status).toBe(404);
    expect(textIn(answer.root, 'Code')).toBe('HookResultNotFound');
  });
});

describe('a hook on resources of stacks', () => {
  const bucketStack = {
    Resources: { Uploads: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'shop-uploads' } } },
  };

  it('refuses the deployment before the resource is made', async () => {
    const client = await withHook({ code: DENY });
    await expect(client.cloud.deploy({ assembly: assemblyFolder({ Shop: bucketStack }) })).rejects.toThrow(
      'Uploads (AWS::S3::Bucket) of stack Shop cannot be created: The following hook(s) failed: [Shop::Rules::Hook]: Hook failed with message: no bucket here',
    );
    expect((await client.send('s3', '/shop-uploads', { method: 'HEAD' })).status).toBe(404);
    expect(client.events[0]).toMatchObject({
      stackId: expect.stringContaining(':stack/Shop/'),
      requestData: { targetName: 'AWS::S3::Bucket', targetType: 'AWS::S3::Bucket', targetLogicalId: 'Uploads' },
    });
  });

  it('lets the deployment pass in WARN mode', async () => {
    const client = await withHook({ code: DENY, failureMode: 'WARN' });
    await client.cloud.deploy({ assembly: assemblyFolder({ Shop: bucketStack }) });
    expect((await client.send('s3', '/shop-uploads', { method: 'HEAD' })).status).toBe(200);
  });

  it('reads the template of a stack behind the address of its payload', async () => {
    const client = await withHook({
      operations: ['STACK'],
      filters: {},
      code: `const { template } = await (await fetch(event.requestData.payload)).json();
        const types = Object.values(JSON.parse(template).Resources).map(({ Type }) => Type).join();
        return { hookStatus: 'FAILED', errorCode: 'NonCompliant', message: types };`,
    });
    await expect(client.cloud.deploy({ assembly: assemblyFolder({ Shop: bucketStack }) })).rejects.toThrow(
      'stack Shop cannot be created: The following hook(s) failed: [Shop::Rules::Hook]: Hook failed with message: AWS::S3::Bucket',
    );
  });
});

describe('a stack that is deployed again', () => {
  const versioned = (Status: string, more: object = {}) => ({
    Shop: {
      Resources: {
        Uploads: {
          Type: 'AWS::S3::Bucket',
          Properties: { BucketName: 'shop-uploads', VersioningConfiguration: { Status } },
        },
        ...more,
      },
    },
  });
  const secondBucket = { Reports: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'shop-reports' } } };

  it('is updated, for hooks on stacks and their resources, and of those only what changes', async () => {
    const { cloud, events } = await withHook({
      operations: ['STACK', 'RESOURCE'],
      filters: {},
      code: `const { payload } = event.requestData;
        if (payload) event.requestData.payload = await (await fetch(payload)).json();
        console.log('hook event ' + JSON.stringify(event));
        return { hookStatus: 'SUCCESS' };`,
    });
    await cloud.deploy({ assembly: assemblyFolder(versioned('Suspended', secondBucket)) });
    events.length = 0;
    await cloud.deploy({ assembly: assemblyFolder(versioned('Enabled', secondBucket)) });
    const read = events.filter(({ requestData }) => typeof (requestData as { payload?: unknown }).payload !== 'string');
    const stack = read.find(({ requestData }) => (requestData as { targetName: string }).targetName === 'STACK');
    const { payload } = (stack?.requestData ?? {}) as { payload: Record<string, string> };
    expect(stack?.actionInvocationPoint).toBe('UPDATE_PRE_PROVISION');
    expect(
      [payload.previousTemplate, payload.template].map((text) => /Suspended|Enabled/.exec(text ?? '')?.[0]),
    ).toEqual(['Suspended', 'Enabled']);
    const resources = read.filter((event) => event !== stack);
    expect(new Set(resources.map(({ actionInvocationPoint }) => actionInvocationPoint))).toEqual(
      new Set(['UPDATE_PRE_PROVISION']),
    );
    expect(resources[0]?.requestData).toMatchObject({
      targetLogicalId: 'Uploads',
      targetModel: {
        resourceProperties: { VersioningConfiguration: { Status: 'Enabled' } },
        previousResourceProperties: { VersioningConfiguration: { Status: 'Suspended' } },
      },
    });
  });

  it('comes by a change set, which a hook may refuse before anything is changed', async () => {
    const client = await withHook({
      operations: ['CHANGE_SET'],
      filters: {},
      code: `const { changedResources } = await (await fetch(event.requestData.payload)).json();
        const message = changedResources.map(({ logicalResourceId, action }) => action + ' ' + logicalResourceId).join();
        return changedResources.some(({ action }) => action === 'DELETE')
          ? { hookStatus: 'FAILED', errorCode: 'NonCompliant', message }
          : { hookStatus: 'SUCCESS', message };`,
    });
    await client.cloud.deploy({ assembly: assemblyFolder(versioned('Suspended', secondBucket)) });
    await expect(client.cloud.deploy({ assembly: assemblyFolder(versioned('Enabled')) })).rejects.toThrow(
      'Hook failed with message: UPDATE Uploads,DELETE Reports',
    );
    expect(client.events.at(-1)).toMatchObject({
      actionInvocationPoint: 'CREATE_PRE_PROVISION',
      changeSetId: expect.stringContaining(':changeSet/'),
      requestData: { targetName: 'CHANGE_SET', targetType: 'CHANGE_SET' },
    });
    const listed = await client.query('cloudformation', 'ListHookResults', {
      TargetType: 'CHANGE_SET',
      TargetId: String(client.events.at(-1)?.changeSetId),
    });
    expect(textIn(listed.root, 'Status')).toBe('HOOK_COMPLETE_FAILED');
  });
});

describe('DescribeType', () => {
  it('tells the schema of a type', async () => {
    const { query } = await startCloud();
    const { root } = await query('cloudformation', 'DescribeType', { Type: 'RESOURCE', TypeName: 'AWS::S3::Bucket' });
    expect(textIn(root, 'ProvisioningType')).toBe('FULLY_MUTABLE');
    expect(JSON.parse(textIn(root, 'Schema') ?? '')).toMatchObject({
      typeName: 'AWS::S3::Bucket',
      primaryIdentifier: ['/properties/BucketName'],
      createOnlyProperties: ['/properties/BucketName'],
      additionalProperties: false,
      handlers: { create: { permissions: expect.arrayContaining(['s3:CreateBucket']) } },
    });
  });

  it('tells which types cannot be updated, and which cannot be provisioned', async () => {
    const { query } = await startCloud();
    const kind = async (TypeName: string) =>
      textIn((await query('cloudformation', 'DescribeType', { Type: 'RESOURCE', TypeName })).root, 'ProvisioningType');
    expect(await kind('AWS::Lambda::Permission')).toBe('IMMUTABLE');
    expect(await kind('AWS::IAM::Policy')).toBe('NON_PROVISIONABLE');
  });

  it('does not find a type that there is not', async () => {
    const { query } = await startCloud();
    const answer = await query('cloudformation', 'DescribeType', { Type: 'RESOURCE', TypeName: 'AWS::No::Thing' });
    expect(answer.status).toBe(404);
    expect(textIn(answer.root, 'Code')).toBe('TypeNotFoundException');
  });
});
