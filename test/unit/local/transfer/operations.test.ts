import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createTransferCloud,
  custom,
  declareRole,
  declareWorkflow,
  FUNCTION_ARN,
  type TransferCloud,
  upload,
} from './transfer-cloud.ts';

let cloud: TransferCloud;

beforeEach(async () => {
  cloud = await createTransferCloud();
});
afterEach(() => cloud.close());

describe('DeleteWorkflow', () => {
  it('forgets a workflow, and lets what has begun come to its end', async () => {
    const { WorkflowId } = await declareWorkflow(cloud, { Steps: [custom()] });
    const id = upload(cloud, WorkflowId);
    const invocation = await cloud.invocation();
    expect(await cloud.call('DeleteWorkflow', { WorkflowId })).toMatchObject({ status: 200, body: {} });
    const gone = { status: 400, code: 'ResourceNotFoundException' };
    expect(await cloud.call('DescribeWorkflow', { WorkflowId })).toMatchObject(gone);
    expect(await cloud.call('DeleteWorkflow', { WorkflowId })).toMatchObject(gone);
    expect((await cloud.call('ListWorkflows', {})).body).toEqual({ Workflows: [] });
    upload(cloud, WorkflowId, 'more');
    expect(cloud.seen('notice').at(-1)?.message).toMatch(/starts no workflow: Unknown workflow/);
    expect(await cloud.answer(invocation, 'SUCCESS')).toMatchObject({ status: 200 });
    expect(await cloud.transfer.waitForExecution(WorkflowId, id)).toMatchObject({ status: 'COMPLETED' });
  });

  it('needs the permission', async () => {
    const { WorkflowId } = await declareWorkflow(cloud, { Steps: [custom()] });
    const key = cloud.kernel.identity.issue(await declareRole(cloud, 'Nobody', []), { sessionName: 'test' });
    expect(await cloud.call('DeleteWorkflow', { WorkflowId }, key.accessKeyId)).toMatchObject({
      status: 400,
      code: 'AccessDeniedException',
    });
  });
});

describe('SendWorkflowStepState', () => {
  it.each([
    ['a workflow that does not exist', { WorkflowId: 'w-00000000000000000' }, 'ResourceNotFoundException', /w-0+/],
    [
      'an execution that does not exist',
      { ExecutionId: '00000000-0000-0000-0000-000000000000' },
      'ResourceNotFoundException',
      /00000000/,
    ],
    ['a token of nobody', { Token: 'wrong' }, 'InvalidRequestException', /not one of execution/],
    ['a workflow id in the wrong form', { WorkflowId: 'workflow' }, 'InvalidRequestException', /length|pattern/],
    ['an execution id in the wrong form', { ExecutionId: 'x'.repeat(36) }, 'InvalidRequestException', /pattern/],
    ['a token with a dash', { Token: 'a-b' }, 'InvalidRequestException', /pattern/],
    ['a token that is too long', { Token: 'x'.repeat(65) }, 'InvalidRequestException', /less than or equal to 64/],
    ['an unknown status', { Status: 'OK' }, 'InvalidRequestException', /enum value set: \[SUCCESS, FAILURE\]/],
    ['no status', { Status: undefined }, 'InvalidRequestException', /must not be null/],
  ])('refuses %s', async (_what, overrides, code, message) => {
    const { WorkflowId } = await declareWorkflow(cloud, { Steps: [custom()] });
    upload(cloud, WorkflowId);
    const invocation = await cloud.invocation();
    const refused = await cloud.answer(invocation, 'SUCCESS', overrides);
    expect(refused).toMatchObject({ status: 400, code });
    expect(refused.body.Message ?? refused.body.message).toMatch(message);
    expect(await cloud.answer(invocation, 'SUCCESS')).toMatchObject({ status: 200 });
  });

  it('names the resource that it does not find', async () => {
    const { body } = await cloud.call('DescribeWorkflow', { WorkflowId: 'w-00000000000000000' });
    expect(body).toMatchObject({ Resource: 'w-00000000000000000', ResourceType: 'Workflow' });
  });

  it('takes one answer for each token', async () => {
    const { WorkflowId } = await declareWorkflow(cloud, { Steps: [custom(), custom({ Name: 'second' })] });
    const id = upload(cloud, WorkflowId);
    const first = await cloud.invocation();
    await cloud.answer(first, 'SUCCESS');
    const second = await cloud.invocation();
    expect(second.event.token).not.toBe(first.event.token);
    expect(await cloud.answer(first, 'FAILURE')).toMatchObject({ status: 400, code: 'InvalidRequestException' });
    await cloud.answer(second, 'SUCCESS');
    expect(await cloud.transfer.waitForExecution(WorkflowId, id)).toMatchObject({ status: 'COMPLETED' });
  });

  it('needs the permission on the workflow', async () => {
    const { WorkflowId } = await declareWorkflow(cloud, { Steps: [custom()] });
    upload(cloud, WorkflowId);
    const invocation = await cloud.invocation();
    const keysOf = async (name: string, workflow: string) => {
      const Resource = `arn:aws:transfer:eu-west-1:123456789012:workflow/${workflow}`;
      const Action = 'transfer:SendWorkflowStepState';
      const role = await declareRole(cloud, name, [{ Effect: 'Allow', Action, Resource }]);
      return cloud.kernel.identity.issue(role, { sessionName: 'test' }).accessKeyId;
    };
    const { executionDetails } = invocation.event.serviceMetadata;
    const input = {
      WorkflowId,
      ExecutionId: executionDetails.executionId,
      Token: invocation.event.token,
      Status: 'SUCCESS',
    };
    const refused = await cloud.call('SendWorkflowStepState', input, await keysOf('Other', 'w-00000000000000000'));
    expect(refused).toMatchObject({ status: 400, code: expect.stringMatching(/^AccessDenied/) });
    expect(await cloud.call('SendWorkflowStepState', input, await keysOf('Own', '*'))).toMatchObject({ status: 200 });
  });
});

describe('what the API shows', () => {
  it('lists and describes workflows as they were created', async () => {
    const { WorkflowId } = await declareWorkflow(cloud, { Steps: [custom()] });
    const created = await cloud.call('CreateWorkflow', { Description: 'by hand', Steps: [custom()] });
    expect((await cloud.call('ListWorkflows', {})).body.Workflows).toEqual([
      { WorkflowId, Arn: `arn:aws:transfer:eu-west-1:123456789012:workflow/${WorkflowId}` },
      { WorkflowId: created.body.WorkflowId, Arn: expect.any(String), Description: 'by hand' },
    ]);
    expect((await cloud.call('DescribeWorkflow', { WorkflowId })).body.Workflow).toMatchObject({
      Steps: [{ Type: 'CUSTOM', CustomStepDetails: { Name: 'scan', Target: FUNCTION_ARN, TimeoutSeconds: 60 } }],
      OnExceptionSteps: [],
    });
  });

  it('gives a notice for each step of a new workflow that will fail here', async () => {
    const fileSystem = { EfsFileLocation: { FileSystemId: 'fs-12345678', Path: '/in' } };
    const decrypt = { Type: 'DECRYPT', DecryptStepDetails: { Type: 'PGP', DestinationFileLocation: fileSystem } };
    const copyToEfs = { Type: 'COPY', CopyStepDetails: { Name: 'keep', DestinationFileLocation: fileSystem } };
    const { body } = await cloud.call('CreateWorkflow', { Steps: [decrypt], OnExceptionSteps: [copyToEfs] });
    expect(cloud.seen('notice').map(({ message }) => message)).toEqual([
      `workflow ${body.WorkflowId} will fail at its DECRYPT step, which is not simulated`,
      `workflow ${body.WorkflowId} will fail at its step keep, a copy to EFS, which is not simulated`,
    ]);
  });

  it('gives lists page by page', async () => {
    for (const Description of ['one', 'two', 'three']) await cloud.call('CreateWorkflow', { Description, Steps: [] });
    const first = (await cloud.call('ListWorkflows', { MaxResults: 2 })).body;
    const second = (await cloud.call('ListWorkflows', { MaxResults: 2, NextToken: first.NextToken })).body;
    const all = [...first.Workflows, ...second.Workflows];
    expect(all.map(({ Description }) => Description)).toEqual(['one', 'two', 'three']);
    expect(second).not.toHaveProperty('NextToken');
    expect((await cloud.call('ListWorkflows', { NextToken: 'made-up' })).code).toBe('InvalidNextTokenException');
  });

  it('shows an execution while it runs, and forgets it when it has ended', async () => {
    const { WorkflowId, ServerId, ExecutionRole } = await declareWorkflow(cloud, { Steps: [custom()] });
    const ExecutionId = upload(cloud, WorkflowId);
    const invocation = await cloud.invocation();
    const head = {
      ExecutionId,
      Status: 'IN_PROGRESS',
      ServiceMetadata: { UserDetails: { UserName: 'ada', ServerId } },
      InitialFileLocation: { S3FileLocation: { Bucket: 'landing', Key: 'home/report.csv', Etag: expect.any(String) } },
    };
    const listed = await cloud.call('ListExecutions', { WorkflowId });
    expect(listed.body).toMatchObject({ WorkflowId, Executions: [head] });
    const described = await cloud.call('DescribeExecution', { WorkflowId, ExecutionId });
    expect(described.body).toMatchObject({ WorkflowId, Execution: { ...head, ExecutionRole } });
    await cloud.answer(invocation, 'SUCCESS');
    await cloud.transfer.waitForExecution(WorkflowId, ExecutionId);
    expect((await cloud.call('ListExecutions', { WorkflowId })).body.Executions).toEqual([]);
    expect(await cloud.call('DescribeExecution', { WorkflowId, ExecutionId })).toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });
});
