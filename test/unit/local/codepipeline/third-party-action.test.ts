import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActionTypeDeclaration } from '../../../../lib/local/codepipeline/third-party-types.ts';
import { pipeline } from './templates.ts';
import { createTestCloud, type TestCloud } from './test-cloud.ts';

const ID = { category: 'Build', owner: 'ThirdParty', provider: 'Partner', version: '1' };
const TYPE: ActionTypeDeclaration = {
  id: ID,
  executor: {
    type: 'JobWorker',
    configuration: { jobWorkerExecutorConfiguration: { pollingAccounts: ['111122223333'] } },
  },
  properties: [{ name: 'Project', optional: false, key: true, noEcho: false }],
  inputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
  outputArtifactDetails: { minimumCount: 0, maximumCount: 1 },
  urls: { executionUrlTemplate: 'https://partner.example/{Config:Project}/{ExternalExecutionId}' },
};
const action = {
  Name: 'Build',
  ActionTypeId: { Category: 'Build', Owner: 'ThirdParty', Provider: 'Partner', Version: '1' },
  Configuration: { Project: 'blue' },
  RunOrder: 1,
};

let cloud: TestCloud;
beforeEach(() => {
  cloud = createTestCloud();
});
afterEach(() => cloud.stop());

async function start(type: ActionTypeDeclaration = TYPE) {
  const client = cloud.service.thirdPartyTypes.register(type);
  await cloud.deploy('AWS::CodePipeline::Pipeline', pipeline([[action]]));
  cloud.objects.upload('app.zip', 'the application');
  const executionId = await cloud.start();
  await cloud.reached('pipe/Stage1/Build', 'STARTED');
  await cloud.advance(0);
  return { ...client, executionId };
}

describe('a third-party action', () => {
  it("is polled by client, read and claimed with the client's token, continued and finished", async () => {
    const { clientId, clientToken, executionId } = await start();
    const { jobs } = await cloud.call('PollForThirdPartyJobs', { actionTypeId: ID });
    expect(jobs).toEqual([{ clientId, jobId: expect.any(String) }]);
    const [{ jobId }] = jobs;
    const { jobDetails } = await cloud.call('GetThirdPartyJobDetails', { jobId, clientToken });
    expect(jobDetails).toMatchObject({ id: jobId, nonce: '1', data: { pipelineContext: { pipelineName: 'pipe' } } });
    expect(jobDetails.data.pipelineContext).not.toHaveProperty('pipelineExecutionId');
    const claim = { jobId, nonce: jobDetails.nonce, clientToken };
    expect(await cloud.call('AcknowledgeThirdPartyJob', claim)).toEqual({ status: 'InProgress' });
    await expect(cloud.call('AcknowledgeThirdPartyJob', claim)).rejects.toMatchObject({
      code: 'InvalidNonceException',
    });
    const executionDetails = { externalExecutionId: '77' };
    await cloud.call('PutThirdPartyJobSuccessResult', {
      jobId,
      clientToken,
      continuationToken: 'more',
      executionDetails,
    });
    await cloud.advance(0);
    const [again] = (await cloud.call('PollForThirdPartyJobs', { actionTypeId: ID })).jobs;
    const next = { jobId: again.jobId, clientToken };
    const { nonce, data } = (await cloud.call('GetThirdPartyJobDetails', next)).jobDetails;
    expect(data.continuationToken).toBe('more');
    await cloud.call('AcknowledgeThirdPartyJob', { ...next, nonce });
    await cloud.call('PutThirdPartyJobSuccessResult', next);
    expect((await cloud.service.waitForExecution('pipe', executionId)).status).toBe('Succeeded');
    await expect(cloud.call('GetThirdPartyJobDetails', next)).rejects.toMatchObject({ code: 'InvalidJobException' });
  });

  it('is closed to who has another token, or comes by the API of custom jobs', async () => {
    const { clientToken } = await start();
    const [{ jobId }] = (await cloud.call('PollForThirdPartyJobs', { actionTypeId: ID })).jobs;
    await expect(cloud.call('GetThirdPartyJobDetails', { jobId, clientToken: 'guessed' })).rejects.toMatchObject({
      code: 'InvalidClientTokenException',
    });
    for (const operation of ['GetJobDetails', 'PutJobSuccessResult']) {
      await expect(cloud.call(operation, { jobId })).rejects.toMatchObject({ code: 'JobNotFoundException' });
    }
    await expect(cloud.call('PollForJobs', { actionTypeId: ID })).rejects.toMatchObject({
      code: 'ValidationException',
    });
    expect(clientToken).not.toBe('guessed');
  });

  it('fails with what its worker says, and when its job takes longer than its type allows', async () => {
    const { clientToken, executionId } = await start({ ...TYPE, executor: { ...TYPE.executor, jobTimeout: 60 } });
    const [{ jobId }] = (await cloud.call('PollForThirdPartyJobs', { actionTypeId: ID })).jobs;
    await cloud.advance(60_000);
    expect((await cloud.service.waitForExecution('pipe', executionId)).actions[1]?.errorDetails?.message).toContain(
      'failed to return a result in time',
    );
    const failureDetails = { type: 'JobFailed', message: 'late' };
    await expect(
      cloud.call('PutThirdPartyJobFailureResult', { jobId, clientToken, failureDetails }),
    ).rejects.toMatchObject({ code: 'InvalidJobStateException' });
  });
});

describe('a third-party action whose executor is a function', () => {
  const executor = {
    type: 'Lambda',
    configuration: {
      lambdaExecutorConfiguration: { lambdaFunctionArn: 'arn:aws:lambda:eu-west-1:1:function:partner' },
    },
  } as const;

  it('invokes it, again after 30 s where it continues, and takes its return value for the answer', async () => {
    const events: { data: { continuationToken?: string; actionConfiguration: object } }[] = [];
    cloud.stop();
    cloud = createTestCloud({
      returns(event) {
        events.push(event as (typeof events)[number]);
        return events.length === 1
          ? { result: 'Continue', continuation: 'half', status: { externalExecutionId: '7' } }
          : { result: 'success', status: { summary: 'done' }, outputVariables: { A: '1' } };
      },
    });
    const { executionId } = await start({ ...TYPE, executor });
    await cloud.advance(29_999);
    expect(events).toHaveLength(1);
    await cloud.advance(1);
    const { status, actions } = await cloud.service.waitForExecution('pipe', executionId);
    expect(status).toBe('Succeeded');
    expect(actions[1]?.outputVariables).toEqual({ A: '1' });
    expect(events.map(({ data }) => data.continuationToken)).toEqual([undefined, 'half']);
    expect(events[0]?.data.actionConfiguration).toEqual({ Project: 'blue' });
  });

  it.each([
    [{ result: 'Fail', failureType: 'PermissionsError', status: { summary: 'may not' } }, /may not/],
    [{ result: 'Fail', failureType: 'PermissionError' }, /failureType PermissionError/],
    [{ result: 'Continue' }, /without a continuation/],
    [{ statusCode: 200 }, /none of Success, Continue and Fail/],
  ])('fails on %j', async (returned, message) => {
    cloud.stop();
    cloud = createTestCloud({ returns: () => returned });
    const { executionId } = await start({ ...TYPE, executor });
    const { actions } = await cloud.service.waitForExecution('pipe', executionId);
    expect(actions[1]?.errorDetails?.message).toMatch(message);
  });
});

describe('the definition of a third-party action type', () => {
  it('is shown by GetActionType, and changed only in ways that keep pipelines working', async () => {
    cloud.service.thirdPartyTypes.register(TYPE);
    expect((await cloud.call('GetActionType', ID)).actionType).toEqual(TYPE);
    const [project] = TYPE.properties ?? [];
    const added = { name: 'Branch', optional: true, key: false, noEcho: false };
    await cloud.call('UpdateActionType', { actionType: { ...TYPE, properties: [project, added] } });
    expect((await cloud.call('ListActionTypes', { actionOwnerFilter: 'ThirdParty' })).actionTypes).toHaveLength(1);
    for (const [name, change] of [
      ['Branch', { ...added, optional: false }],
      ['Other', { ...added, name: 'Other', optional: false }],
    ] as const) {
      await expect(
        cloud.call('UpdateActionType', { actionType: { ...TYPE, properties: [project, change] } }),
      ).rejects.toMatchObject({ code: 'ValidationException', message: expect.stringContaining(name) });
    }
    await expect(cloud.call('GetActionType', { ...ID, version: '2' })).rejects.toMatchObject({
      code: 'ActionTypeNotFoundException',
    });
  });
});
