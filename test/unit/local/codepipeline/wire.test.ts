import {
  CodePipelineClient,
  GetJobDetailsCommand,
  GetPipelineStateCommand,
  InvalidJobStateException,
  JobNotFoundException,
  PutJobSuccessResultCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWire, type Wire } from '../../../../lib/local/wire/wire.ts';
import { invoke, pipeline } from './templates.ts';
import { createTestCloud, type TestCloud } from './test-cloud.ts';

describe('CodePipeline on the wire', () => {
  let cloud: TestCloud;
  let wire: Wire;
  let client: CodePipelineClient;

  beforeEach(async () => {
    cloud = createTestCloud();
    wire = await createWire({ kernel: cloud.kernel, services: [cloud.service], port: 0 });
    client = new CodePipelineClient({
      endpoint: wire.endpoint,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    });
    await cloud.deploy('AWS::CodePipeline::Pipeline', pipeline([[invoke()]]));
    cloud.objects.upload('app.zip', 'the application');
  });
  afterEach(async () => {
    client.destroy();
    await wire.close();
    cloud.stop();
  });

  it('starts a pipeline, gives the job and takes its answer through the SDK', async () => {
    const { pipelineExecutionId } = await client.send(new StartPipelineExecutionCommand({ name: 'pipe' }));
    const { job } = await cloud.invocation();
    const { jobDetails } = await client.send(new GetJobDetailsCommand({ jobId: job.id }));
    expect(jobDetails?.data?.pipelineContext?.pipelineExecutionId).toBe(pipelineExecutionId);
    await client.send(new PutJobSuccessResultCommand({ jobId: job.id, executionDetails: { summary: 'healthy' } }));
    await cloud.service.waitForExecution('pipe', pipelineExecutionId ?? '');
    const { stageStates } = await client.send(new GetPipelineStateCommand({ name: 'pipe' }));
    const latest = stageStates?.[1]?.actionStates?.[0]?.latestExecution;
    expect(latest).toMatchObject({ status: 'Succeeded', summary: 'healthy' });
    expect(latest?.lastStatusChange).toEqual(new Date(cloud.kernel.clock.now()));
    await expect(client.send(new PutJobSuccessResultCommand({ jobId: job.id }))).rejects.toBeInstanceOf(
      InvalidJobStateException,
    );
  });

  it('sends the errors of the model as the SDK knows them', async () => {
    const jobId = '11111111-abcd-1111-abcd-111111abcdef';
    await expect(client.send(new PutJobSuccessResultCommand({ jobId }))).rejects.toBeInstanceOf(JobNotFoundException);
    await expect(client.send(new PutJobSuccessResultCommand({ jobId: '' }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});
