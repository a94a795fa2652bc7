import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { App } from 'aws-cdk-lib';
import { createLocalCloud } from 'ringback/local';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { cloudControlClient } from '../../infra/scenarios/cloud-control-client.ts';
import { zipFiles } from '../../infra/scenarios/zip-files.ts';
import { ResourceStack } from '../../infra/stacks/resource-stack.ts';
import { temporaryFolder } from '../infra/fixture.ts';
import { CREDENTIALS } from './journey.ts';

const assembly = `${temporaryFolder()}/cdk.out`;

beforeAll(() => {
  const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir: assembly });
  new ResourceStack(app, 'RingbackResources');
  app.synth();
}, 60_000);

const RESOURCES = [
  { name: 'Orders', typeName: 'AWS::SQS::Queue', desiredState: { QueueName: 'fleet-orders' } },
  { typeName: 'AWS::Logs::LogGroup', desiredState: { LogGroupName: '/fleet/orders' } },
];

/** Runs the pipeline that makes a queue and a log group, while something goes wrong. */
async function applyUnder(fault: string) {
  const cloud = await createLocalCloud({ speed: 2_000, faults: [fault] });
  onTestFinished(() => cloud.stop());
  const { stacks } = await cloud.deploy({ assembly });
  const {
    PipelineName: name,
    SourceBucketName: Bucket,
    SourceKey: Key,
  } = (stacks[0]?.outputs ?? {}) as Record<string, string>;
  const client = {
    region: cloud.region,
    endpoint: cloud.endpoint,
    credentials: CREDENTIALS,
    forcePathStyle: true,
  } as const;
  const Body = await zipFiles({ 'resources.json': JSON.stringify(RESOURCES) });
  await new S3Client(client).send(new PutObjectCommand({ Bucket, Key, Body }));
  const start = new StartPipelineExecutionCommand({ name });
  const { pipelineExecutionId = '' } = await new CodePipelineClient(client).send(start);
  const execution = await cloud.codepipeline.waitForExecution(name ?? '', pipelineExecutionId);
  const { ResourceRequestStatusSummaries } = await cloudControlClient({ client })('ListResourceRequests', {});
  return { execution, requests: ResourceRequestStatusSummaries as readonly { readonly TypeName: string }[] };
}

describe('a function that follows requests', () => {
  it.each([
    'kill:before:cloudcontrol:CreateResource',
    'kill:after:cloudcontrol:CreateResource',
    'oom:after:cloudcontrol:CreateResource:nth=2',
    'kill:before:cloudcontrol:GetResourceRequestStatus',
    'kill:after:cloudcontrol:GetResourceRequestStatus',
    'kill:before:codepipeline:PutJobSuccessResult:nth=1',
    'kill:after:codepipeline:PutJobSuccessResult:nth=1',
    'kill:before:codepipeline:PutJobSuccessResult:nth=2',
    'kill:before:cloudformation:DescribeType',
    'lost:cloudcontrol:CreateResource',
  ])('struck by %s makes each resource by one request, and succeeds', async (fault) => {
    const { execution, requests } = await applyUnder(fault);
    expect(execution.actions.map(({ errorDetails }) => errorDetails?.message)).toEqual([undefined, undefined]);
    expect(execution.status).toBe('Succeeded');
    expect(requests.map(({ TypeName }) => TypeName).sort()).toEqual(['AWS::Logs::LogGroup', 'AWS::SQS::Queue']);
  });
});
