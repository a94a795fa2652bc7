import {
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createIdentity } from '../../../../lib/local/identity/identity.ts';
import type { Kernel } from '../../../../lib/local/kernel/kernel.ts';
import { createWire } from '../../../../lib/local/wire/wire.ts';
import { createLambdaFixture, type LambdaFixture } from './lambda-fixture.ts';

const ACCOUNT = '123456789012';
const WORKER_TRUST = { Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] };

interface ApiFixture extends LambdaFixture {
  client: LambdaClient;
  /** A client whose credentials are those of a role with these statements. */
  clientOf(roleName: string, ...statements: object[]): Promise<LambdaClient>;
}

/** The fixture behind the real door, with real identities. */
async function createApiFixture(): Promise<ApiFixture> {
  let endpoint = '';
  const fixture = createLambdaFixture({
    kernel: (kernel: Kernel) => ({ ...kernel, identity: createIdentity(kernel), endpoint: () => endpoint }),
  });
  const identity = fixture.kernel.identity as ReturnType<typeof createIdentity>;
  const createRole = (RoleName: string, statements: object[]) =>
    identity.resources?.['AWS::IAM::Role']?.({
      type: 'AWS::IAM::Role',
      logicalId: RoleName,
      stackName: 'Stack',
      assemblyDir: '',
      properties: {
        RoleName,
        AssumeRolePolicyDocument: WORKER_TRUST,
        Policies: statements.length === 0 ? [] : [{ PolicyName: 'own', PolicyDocument: { Statement: statements } }],
      },
    });
  await createRole('worker', []);
  const wire = await createWire({ kernel: fixture.kernel, services: [fixture.lambda, identity], port: 0 });
  endpoint = wire.endpoint;
  onTestFinished(() => wire.close());
  const clientWith = (accessKeyId: string, sessionToken?: string) =>
    new LambdaClient({
      endpoint,
      region: 'eu-west-1',
      maxAttempts: 1,
      credentials: { accessKeyId, secretAccessKey: 'secret', ...(sessionToken === undefined ? {} : { sessionToken }) },
    });
  return {
    ...fixture,
    client: clientWith('AKIADEVELOPER'),
    async clientOf(roleName, ...statements) {
      await createRole(roleName, statements);
      const issued = identity.issue(`arn:aws:iam::${ACCOUNT}:role/${roleName}`, { sessionName: 'test' });
      return clientWith(issued.accessKeyId, issued.sessionToken);
    },
  };
}

const ECHO = `export const handler = async (event) => { console.log('saw', JSON.stringify(event));
  if (event.fail) throw new Error('failed'); return { echo: event }; };`;

describe('the Lambda API', () => {
  it('invokes a function and returns its result', async () => {
    const { define, client, seen } = await createApiFixture();
    await define('echo', ECHO);
    const answer = await client.send(new InvokeCommand({ FunctionName: 'echo', Payload: '{"n":1}', LogType: 'Tail' }));
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(answer.FunctionError).toBeUndefined();
    expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toEqual({ echo: { n: 1 } });
    expect(Buffer.from(answer.LogResult ?? '', 'base64').toString()).toContain('\nsaw {"n":1}\nEND ');
    expect(answer.$metadata.requestId).toBe(seen('invocation')[0]?.requestId);
    expect(seen('call')[0]).toMatchObject({ service: 'lambda', operation: 'Invoke', status: 200 });
  });

  it('tells of an error of the function in the answer', async () => {
    const { define, client } = await createApiFixture();
    await define('echo', ECHO);
    const answer = await client.send(new InvokeCommand({ FunctionName: 'echo', Payload: '{"fail":true}' }));
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toMatchObject({ errorMessage: 'failed' });
  });

  it('takes events and dry runs', async () => {
    const { define, client, until, seen } = await createApiFixture();
    await define('echo', ECHO);
    const dry = await client.send(new InvokeCommand({ FunctionName: 'echo', InvocationType: 'DryRun' }));
    expect(dry.StatusCode).toBe(204);
    expect(seen('invocation')).toEqual([]);
    const sent = await client.send(new InvokeCommand({ FunctionName: 'echo', InvocationType: 'Event' }));
    expect(sent.StatusCode).toBe(202);
    expect(await until('invocationEnd')).toMatchObject({ result: { echo: {} } });
  });

  it('describes and lists functions', async () => {
    const { define, client } = await createApiFixture();
    const arn = await define('one', ECHO, { MemorySize: 256, Timeout: 7 });
    await define('two', ECHO);
    const configuration = { FunctionName: 'one', FunctionArn: arn, MemorySize: 256, Timeout: 7, State: 'Active' };
    expect(await client.send(new GetFunctionConfigurationCommand({ FunctionName: arn }))).toMatchObject(configuration);
    const { Configuration } = await client.send(new GetFunctionCommand({ FunctionName: 'one' }));
    expect(Configuration).toMatchObject(configuration);
    const first = await client.send(new ListFunctionsCommand({ MaxItems: 1 }));
    expect(first.Functions?.map(({ FunctionName }) => FunctionName)).toEqual(['one']);
    const second = await client.send(new ListFunctionsCommand({ Marker: first.NextMarker }));
    expect(second.Functions?.map(({ FunctionName }) => FunctionName)).toEqual(['two']);
    expect(second.NextMarker).toBeUndefined();
  });

  it('gives errors their modelled form', async () => {
    const { define, client } = await createApiFixture();
    await define('none', ECHO, { ReservedConcurrentExecutions: 0 });
    await expect(client.send(new InvokeCommand({ FunctionName: 'nobody' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(client.send(new InvokeCommand({ FunctionName: 'none' }))).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      $metadata: { httpStatusCode: 429 },
    });
  });

  it('wants lambda:InvokeFunction of the caller', async () => {
    const { define, clientOf } = await createApiFixture();
    const arn = await define('echo', ECHO);
    const allowed = await clientOf('invoker', { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: arn });
    const refused = await clientOf('reader', { Effect: 'Allow', Action: 'lambda:GetFunction', Resource: arn });
    const command = new InvokeCommand({ FunctionName: 'echo' });
    expect((await allowed.send(command)).StatusCode).toBe(200);
    await expect(refused.send(command)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`is not authorized to perform: lambda:InvokeFunction on resource: ${arn}`),
      $metadata: { httpStatusCode: 403 },
    });
  });
});

describe('the resource policy of a function', () => {
  const invoke = ({ lambda, kernel }: LambdaFixture, name: string, service: string, context: Record<string, string>) =>
    lambda.invokeEvent(name, '{}', { principal: kernel.identity.service(service), context });

  it('lets the service in that a permission names, from its source only', async () => {
    const fixture = await createApiFixture();
    const arn = await fixture.define('echo', ECHO);
    const rule = `arn:aws:events:eu-west-1:${ACCOUNT}:rule/wake`;
    await fixture.declare('AWS::Lambda::Permission', {
      FunctionName: arn,
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: rule,
    });
    const events = 'events.amazonaws.com';
    await invoke(fixture, 'echo', events, { 'aws:SourceArn': rule });
    await expect(invoke(fixture, 'echo', events, { 'aws:SourceArn': `${rule}2` })).rejects.toThrow(/not authorized/);
    await expect(invoke(fixture, 'echo', events, {})).rejects.toThrow(/not authorized/);
    await expect(invoke(fixture, 'echo', 's3.amazonaws.com', { 'aws:SourceArn': rule })).rejects.toThrow();
    await fixture.until('invocationEnd');
  });

  it('checks the source account', async () => {
    const fixture = await createApiFixture();
    await fixture.define('echo', ECHO);
    await fixture.declare('AWS::Lambda::Permission', {
      FunctionName: 'echo',
      Action: 'lambda:InvokeFunction',
      Principal: 'servicecatalog.amazonaws.com',
      SourceAccount: ACCOUNT,
    });
    const service = 'servicecatalog.amazonaws.com';
    await invoke(fixture, 'echo', service, { 'aws:SourceAccount': ACCOUNT });
    await expect(invoke(fixture, 'echo', service, { 'aws:SourceAccount': '999999999999' })).rejects.toThrow();
    await fixture.until('invocationEnd');
  });
});

describe('versions and aliases', () => {
  it('are invoked by their own ARNs and have settings of their own', async () => {
    const { define, declare, call } = await createApiFixture();
    const source = 'export const handler = (_, c) => [c.functionVersion, c.invokedFunctionArn];';
    const arn = await define('echo', source);
    const version = await declare('AWS::Lambda::Version', { FunctionName: 'echo' });
    const alias = await declare('AWS::Lambda::Alias', { FunctionName: 'echo', FunctionVersion: '1', Name: 'live' });
    expect([version.ref, alias.ref]).toEqual([`${arn}:1`, `${arn}:live`]);
    expect((await call(version.ref)).result).toEqual(['1', `${arn}:1`]);
    expect((await call('echo:live')).result).toEqual(['1', `${arn}:live`]);
    expect((await call('echo')).result).toEqual(['$LATEST', arn]);
    await expect(call('echo:old')).rejects.toMatchObject({ message: `Function not found: ${arn}:old` });
  });
});
