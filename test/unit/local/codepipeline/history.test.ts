import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { invoke, pipeline } from './templates.ts';
import { createTestCloud, type TestCloud } from './test-cloud.ts';

describe('what CodePipeline shows of its pipelines', () => {
  let cloud: TestCloud;

  async function runOnce(outputVariables: Record<string, string> = {}) {
    const id = await cloud.start();
    const { job } = await cloud.invocation();
    await cloud.call('PutJobSuccessResult', { jobId: job.id, outputVariables });
    await cloud.service.waitForExecution('pipe', id);
    await cloud.advance(1000);
    return id;
  }

  beforeEach(async () => {
    cloud = createTestCloud();
    await cloud.deploy('AWS::CodePipeline::Pipeline', pipeline([[invoke()]]));
    cloud.objects.upload('app.zip', 'the application');
  });
  afterEach(() => cloud.stop());

  it('lists pipelines and shows one as it was declared', async () => {
    expect((await cloud.call('ListPipelines', {})).pipelines).toMatchObject([
      { name: 'pipe', version: 1, pipelineType: 'V1', executionMode: 'SUPERSEDED' },
    ]);
    const { pipeline: shown, metadata } = await cloud.call('GetPipeline', { name: 'pipe' });
    expect(metadata.pipelineArn).toBe('arn:aws:codepipeline:eu-west-1:111122223333:pipe');
    expect(shown.stages[0].actions[0]).toMatchObject({
      name: 'Fetch',
      configuration: { S3Bucket: 'source', S3ObjectKey: 'app.zip', PollForSourceChanges: 'false' },
      outputArtifacts: [{ name: 'SourceArtifact' }],
    });
    await expect(cloud.call('GetPipeline', { name: 'other' })).rejects.toMatchObject({
      code: 'PipelineNotFoundException',
    });
    await expect(cloud.call('GetPipeline', { name: 'pipe', version: 2 })).rejects.toMatchObject({
      code: 'PipelineVersionNotFoundException',
    });
  });

  it('shows the inputs, outputs and variables of each action, newest first', async () => {
    const id = await runOnce({ Colour: 'blue' });
    const { actionExecutionDetails } = await cloud.call('ListActionExecutions', {
      pipelineName: 'pipe',
      filter: { pipelineExecutionId: id },
    });
    expect(actionExecutionDetails.map((detail: { actionName: string }) => detail.actionName)).toEqual([
      'Check',
      'Fetch',
    ]);
    expect(actionExecutionDetails[0]).toMatchObject({
      status: 'Succeeded',
      input: {
        configuration: { UserParameters: 'etag=#{fetched.ETag}' },
        resolvedConfiguration: { UserParameters: 'etag=etag-1' },
        inputArtifacts: [{ name: 'SourceArtifact', s3location: { bucket: 'artifacts' } }],
        namespace: 'checked',
      },
      output: { outputVariables: { Colour: 'blue' } },
    });
  });

  it('pages through executions without losing its place when a new one starts', async () => {
    const ids = [await runOnce(), await runOnce(), await runOnce()];
    const list = async (input: object) => {
      const { pipelineExecutionSummaries, nextToken } = await cloud.call('ListPipelineExecutions', {
        pipelineName: 'pipe',
        ...input,
      });
      return {
        ids: pipelineExecutionSummaries.map((entry: { pipelineExecutionId: string }) => entry.pipelineExecutionId),
        nextToken,
      };
    };
    const first = await list({ maxResults: 2 });
    expect(first.ids).toEqual([ids[2], ids[1]]);
    await runOnce();
    expect(await list({ maxResults: 2, nextToken: first.nextToken })).toEqual({ ids: [ids[0]], nextToken: undefined });
    await expect(list({ nextToken: 'bm9uZQ' })).rejects.toMatchObject({ code: 'InvalidNextTokenException' });
  });

  it('lists only executions that succeeded in a stage when asked', async () => {
    const good = await runOnce();
    const bad = await cloud.start();
    const { job } = await cloud.invocation();
    await cloud.call('PutJobFailureResult', {
      jobId: job.id,
      failureDetails: { type: 'PermissionError', message: 'no key' },
    });
    await cloud.service.waitForExecution('pipe', bad);
    const { pipelineExecutionSummaries } = await cloud.call('ListPipelineExecutions', {
      pipelineName: 'pipe',
      filter: { succeededInStage: { stageName: 'Stage1' } },
    });
    expect(pipelineExecutionSummaries).toMatchObject([{ pipelineExecutionId: good }]);
    const { stageStates } = await cloud.call('GetPipelineState', { name: 'pipe' });
    expect(stageStates[1]).toMatchObject({
      latestExecution: { pipelineExecutionId: bad, status: 'Failed' },
      actionStates: [
        { latestExecution: { status: 'Failed', errorDetails: { code: 'PermissionError', message: 'no key' } } },
      ],
    });
  });

  it('tells EventBridge of every change of state', async () => {
    const id = await runOnce();
    expect(
      cloud.bus.map(({ detailType, detail }) =>
        [detailType.split(' ')[1], detail.stage, detail.action, detail.state].filter(Boolean).join(' '),
      ),
    ).toEqual([
      'Pipeline STARTED',
      'Stage Source STARTED',
      'Action Source Fetch STARTED',
      'Action Source Fetch SUCCEEDED',
      'Stage Source SUCCEEDED',
      'Stage Stage1 STARTED',
      'Action Stage1 Check STARTED',
      'Action Stage1 Check SUCCEEDED',
      'Stage Stage1 SUCCEEDED',
      'Pipeline SUCCEEDED',
    ]);
    const action = cloud.bus.find(({ detail }) => detail.action === 'Check');
    expect(action).toMatchObject({
      source: 'aws.codepipeline',
      detailType: 'CodePipeline Action Execution State Change',
      resources: ['arn:aws:codepipeline:eu-west-1:111122223333:pipe'],
      detail: {
        pipeline: 'pipe',
        'execution-id': id,
        region: 'eu-west-1',
        type: { owner: 'AWS', category: 'Invoke', provider: 'Lambda', version: '1' },
        'input-artifacts': [{ name: 'SourceArtifact', s3location: { bucket: 'artifacts' } }],
      },
    });
    expect(cloud.seen('state').map(({ resource, state }) => `${resource} ${state}`)).toContain(
      'pipe/Stage1/Check SUCCEEDED',
    );
  });
});
