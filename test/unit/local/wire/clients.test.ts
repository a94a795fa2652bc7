import { gzipSync } from 'node:zlib';
import { CodePipelineClient, JobNotFoundException, PutJobFailureResultCommand } from '@aws-sdk/client-codepipeline';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../../lib/local/kernel/aws-error.ts';
import type { LocalService } from '../../../../lib/local/kernel/service.ts';
import codepipelineModel from '../../../../lib/local/models/codepipeline.json' with { type: 'json' };
import { ACCOUNT_ID, openWire, signedFor } from './open-wire.ts';

const credentials = { accessKeyId: 'AKIDEVELOPER', secretAccessKey: 'unused' };
const JOB_ID = '11111111-2222-3333-4444-555555555555';

const codepipeline: LocalService = {
  name: 'codepipeline',
  json: {
    targetPrefix: 'CodePipeline_20150709',
    jsonVersion: '1.1',
    model: codepipelineModel,
    operations: {
      PutJobFailureResult: ({ jobId }) => {
        if (jobId !== JOB_ID) throw new AwsError('JobNotFoundException', `job ${jobId} does not exist`);
        return {};
      },
    },
  },
};

function failureOf(jobId: string, message = 'out of luck') {
  return new PutJobFailureResultCommand({ jobId, failureDetails: { type: 'JobFailed', message } });
}

describe('the wire, called by SDK clients', () => {
  it('answers an operation with an empty output', async () => {
    const { endpoint, calls } = await openWire({ services: [codepipeline] });
    const client = new CodePipelineClient({ endpoint, region: 'eu-west-1', credentials });

    const answer = await client.send(failureOf(JOB_ID));

    expect(answer.$metadata.httpStatusCode).toBe(200);
    expect(answer.$metadata.requestId).toBe(calls[0]?.requestId);
    expect(calls).toMatchObject([
      {
        service: 'codepipeline',
        operation: 'PutJobFailureResult',
        status: 200,
        principal: `arn:aws:iam::${ACCOUNT_ID}:root`,
        input: { jobId: JOB_ID },
      },
    ]);
  });

  it('gives a modelled error as the class of the SDK', async () => {
    const { endpoint } = await openWire({ services: [codepipeline] });
    const client = new CodePipelineClient({ endpoint, region: 'eu-west-1', credentials });
    const other = JOB_ID.replace('1', '9');

    const failure = await client.send(failureOf(other)).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(JobNotFoundException);
    expect(failure).toMatchObject({ message: `job ${other} does not exist` });
  });

  it('refuses what the model refuses, in the words of AWS', async () => {
    const { endpoint } = await openWire({ services: [codepipeline] });
    const client = new CodePipelineClient({ endpoint, region: 'eu-west-1', credentials });

    await expect(client.send(failureOf('', ''))).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        "2 validation errors detected: Value '' at 'failureDetails.message' failed to satisfy constraint: " +
        "Member must have length greater than or equal to 1; Value '' at 'jobId' failed to satisfy constraint: " +
        'Member must satisfy regular expression pattern: ' +
        '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
    });
  });

  it('serves STS over the query protocol, and acts as the role whose credentials it issued', async () => {
    const { endpoint, identity } = await openWire();
    await identity.resources?.['AWS::IAM::Role']?.({
      type: 'AWS::IAM::Role',
      logicalId: 'Deployer',
      stackName: 'Shop',
      assemblyDir: '',
      properties: {
        RoleName: 'deployer',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT_ID }, Action: 'sts:AssumeRole' }],
        },
      },
    });
    const developer = new STSClient({ endpoint, region: 'eu-west-1', credentials });
    const RoleArn = `arn:aws:iam::${ACCOUNT_ID}:role/deployer`;

    const { Credentials } = await developer.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me' }));
    const session = new STSClient({
      endpoint,
      region: 'eu-west-1',
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    });

    expect(Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z0-9]{16}$/);
    expect(await session.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: ACCOUNT_ID,
      Arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/deployer/me`,
    });
    await expect(session.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'again' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('writes the failures of S3 as S3 does', async () => {
    const s3: LocalService = {
      name: 's3',
      http: {
        signingNames: ['s3'],
        async handle() {
          throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404 });
        },
      },
    };
    const { endpoint } = await openWire({ services: [s3] });
    const client = new S3Client({ endpoint, region: 'eu-west-1', credentials, forcePathStyle: true });

    await expect(client.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' }))).rejects.toMatchObject({
      name: 'NoSuchKey',
      message: 'The specified key does not exist.',
      $metadata: { httpStatusCode: 404 },
    });
  });
});

it.each([
  ['gzip', 200, '<Account>123456789012<'],
  ['zstd', 415, 'UnsupportedMediaTypeException'],
])('a form that is compressed with %s is answered %i', async (encoding, status, text) => {
  const { endpoint } = await openWire();
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: signedFor('sts'),
      'content-type': 'application/x-www-form-urlencoded',
      'content-encoding': encoding,
    },
    body: gzipSync('Action=GetCallerIdentity&Version=2011-06-15'),
  });
  expect(response.status).toBe(status);
  expect(await response.text()).toContain(text);
});
