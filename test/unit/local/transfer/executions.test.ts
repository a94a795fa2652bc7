import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  ALL_STEPS,
  copy,
  createTransferCloud,
  custom,
  declareWorkflow,
  FUNCTION_ARN,
  type TransferCloud,
  upload,
} from './transfer-cloud.ts';

// biome-ignore lint/suspicious/noTemplateCurlyInString: the service's own spelling
const ORIGINAL_FILE = '${original.file}';

let cloud: TransferCloud;

beforeEach(async () => {
  cloud = await createTransferCloud();
});
afterEach(() => cloud.close());

const TAG = { Type: 'TAG', TagStepDetails: { Name: 'tag', Tags: [{ Key: 'checked', Value: 'yes' }] } };
const DELETE = { Type: 'DELETE', DeleteStepDetails: { Name: 'clean', SourceFileLocation: ORIGINAL_FILE } };

describe('an upload', () => {
  it('is copied, tagged at its new place and deleted at the old one, after the function has answered', async () => {
    const { WorkflowId, ServerId } = await declareWorkflow(cloud, { Steps: [custom(), copy(), TAG, DELETE] });
    const id = upload(cloud, WorkflowId);
    const invocation = await cloud.invocation();
    expect(invocation.event).toEqual({
      token: expect.stringMatching(/^\w{48}$/),
      serviceMetadata: {
        executionDetails: { workflowId: WorkflowId, executionId: id },
        transferDetails: { sessionId: expect.stringMatching(/^[0-9a-f]{16}$/), userName: 'ada', serverId: ServerId },
      },
      fileLocation: {
        domain: 'S3',
        bucket: 'landing',
        key: 'home/report.csv',
        eTag: cloud.s3.get(cloud.root, 'landing', 'home/report.csv').eTag,
        versionId: null,
      },
    });
    expect(await cloud.answer(invocation, 'SUCCESS')).toMatchObject({ status: 200, body: {} });
    const { status, steps } = await cloud.transfer.waitForExecution(WorkflowId, id);
    expect(steps).toEqual([
      { stepType: 'CUSTOM', name: 'scan' },
      { stepType: 'COPY', name: 'copy' },
      { stepType: 'TAG', name: 'tag', outputs: '{"Tags":[{"Key":"checked","Value":"yes"}]}' },
      { stepType: 'DELETE', name: 'clean' },
    ]);
    expect(status).toBe('COMPLETED');
    expect(cloud.s3.get(cloud.root, 'store', 'accepted/report.csv')).toMatchObject({ tags: { checked: 'yes' } });
    expect(() => cloud.s3.get(cloud.root, 'landing', 'home/report.csv')).toThrow(/does not exist/);
    expect(cloud.seen('delivery')).toMatchObject([{ service: 'transfer', functionName: 'scan' }]);
    expect(cloud.seen('answer')).toMatchObject([
      { kind: 'succeeded', callbackId: cloud.seen('delivery')[0]?.callbackId },
    ]);
    expect(cloud.seen('state').map(({ state }) => state)).toEqual([
      'IN_PROGRESS',
      ...Array(4).fill(['STARTED', 'COMPLETED']).flat(),
      'COMPLETED',
    ]);
  });

  it('leaves a copy with its metadata and tags, which stays when the upload is deleted', async () => {
    const { WorkflowId } = await declareWorkflow(cloud, { Steps: [copy(), DELETE] });
    const body = Buffer.from('a,b\n1,2\n');
    cloud.s3.put(cloud.root, 'landing', 'home/report.csv', body, { metadata: { by: 'ada' }, tags: { kind: 'report' } });
    const [id = ''] = cloud.transfer.executionIds(WorkflowId);
    expect(await cloud.transfer.waitForExecution(WorkflowId, id)).toMatchObject({ status: 'COMPLETED' });
    const kept = cloud.s3.get(cloud.root, 'store', 'accepted/report.csv');
    expect(kept).toMatchObject({ metadata: { by: 'ada' }, tags: { kind: 'report' }, size: body.length });
    expect(readFileSync(kept.file)).toEqual(body);
  });

  it('never shows the token to watchers', async () => {
    const { WorkflowId } = await declareWorkflow(cloud, { Steps: [custom()] });
    upload(cloud, WorkflowId);
    const invocation = await cloud.invocation();
    await cloud.answer(invocation, 'SUCCESS');
    const shown = JSON.stringify([cloud.seen('delivery'), cloud.seen('answer'), cloud.seen('state')]);
    expect(shown).not.toContain(invocation.event.token);
  });

  it.each([
    ['of no bytes', '', 'home/report.csv'],
    ['outside of every home directory', 'a', 'elsewhere/report.csv'],
    ['whose key only begins like the home directory', 'a', 'homework.csv'],
  ])('starts nothing when it is %s', async (_what, body, key) => {
    const { WorkflowId } = await declareWorkflow(cloud, { Steps: [custom()] });
    expect(upload(cloud, WorkflowId, body, key)).toBe('');
  });

  it('starts nothing when a function or the workflow itself has written it', async () => {
    const { WorkflowId, ExecutionRole } = await declareWorkflow(cloud, { Steps: [custom()] }, [
      { Effect: 'Allow', Action: 's3:PutObject', Resource: '*' },
    ]);
    cloud.s3.put(cloud.kernel.identity.role(ExecutionRole), 'landing', 'home/copy.csv', Buffer.from('a'));
    expect(cloud.transfer.executionIds(WorkflowId)).toEqual([]);
  });

  it('starts nothing, and says why, when the role of the user may not put it', async () => {
    const { WorkflowId, ServerId, ExecutionRole } = await declareWorkflow(cloud, { Steps: [custom()] });
    await cloud.declare('AWS::Transfer::User', 'Other', {
      ServerId,
      UserName: 'bob',
      Role: ExecutionRole,
      HomeDirectoryType: 'LOGICAL',
      HomeDirectoryMappings: [{ Entry: '/', Target: '/other/\u0024{transfer:UserName}' }],
    });
    await cloud.declare('AWS::S3::Bucket', 'Other', { BucketName: 'other' });
    cloud.s3.put(cloud.root, 'other', 'bob/a.csv', Buffer.from('a'));
    expect(cloud.transfer.executionIds(WorkflowId)).toEqual([]);
    expect(cloud.seen('notice').map(({ message }) => message)).toEqual([
      expect.stringMatching(/by bob starts no workflow: .*not authorized.*s3:PutObject/),
    ]);
  });

  it('starts nothing when the service may not assume the execution role', async () => {
    const { WorkflowId } = await declareWorkflow(cloud, { Steps: [custom()] });
    const trusting = async (workflows: string) => {
      const Statement = {
        Effect: 'Allow',
        Principal: { Service: 'transfer.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { ArnLike: { 'aws:SourceArn': workflows }, StringEquals: { 'aws:SourceAccount': ACCOUNT } },
      };
      const role = await cloud.declare('AWS::IAM::Role', `Trusting${workflows.length}`, {
        AssumeRolePolicyDocument: { Statement },
      });
      return String(role.attributes?.Arn);
    };
    cloud.s3.put(cloud.root, 'store', 'a.csv', Buffer.from('a'));
    const start = (executionRole: string) =>
      cloud.transfer.upload({ workflowId: WorkflowId, executionRole, file: { bucket: 'store', key: 'a.csv' } });
    const elsewhere = await trusting('arn:aws:transfer:us-east-1:123456789012:server/*');
    expect(() => start(elsewhere)).toThrow(/sts:AssumeRole/);
    expect(start(await trusting('arn:aws:transfer:eu-west-1:123456789012:workflow/*'))).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is dropped when a hundred executions have started in one second', async () => {
    const { WorkflowId } = await declareWorkflow(cloud, { Steps: [] });
    for (let number = 0; number < 101; number++) upload(cloud, WorkflowId, 'a', `home/${number}.csv`);
    expect(cloud.transfer.executionIds(WorkflowId)).toHaveLength(100);
    await cloud.advance(1_000);
    upload(cloud, WorkflowId);
    expect(cloud.transfer.executionIds(WorkflowId)).toHaveLength(101);
  });

  it('may come through a server that is not declared', async () => {
    const { WorkflowId, ExecutionRole } = await declareWorkflow(cloud, { Steps: [custom()] });
    cloud.s3.put(cloud.root, 'store', 'a.csv', Buffer.from('a'));
    const workflow = { workflowId: WorkflowId, executionRole: ExecutionRole, userName: 'eve' };
    cloud.transfer.upload({ ...workflow, file: { bucket: 'store', key: 'a.csv' } });
    expect((await cloud.invocation()).event).toMatchObject({
      serviceMetadata: { transferDetails: { userName: 'eve' } },
      fileLocation: { bucket: 'store' },
    });
    cloud.transfer.upload({ ...workflow, file: { fileSystemId: 'fs-1234567890', path: '/a.csv' } });
    expect((await cloud.invocation()).event.fileLocation).toEqual({
      domain: 'EFS',
      fileSystemId: 'fs-1234567890',
      path: '/a.csv',
    });
  });
});

describe('a step that fails', () => {
  it('runs the exception steps on its file when the function answers FAILURE', async () => {
    const { WorkflowId } = await declareWorkflow(cloud, {
      Steps: [custom(), copy()],
      OnExceptionSteps: [copy('quarantine/'), custom({ Name: 'tell' }), DELETE],
    });
    const id = upload(cloud, WorkflowId);
    await cloud.answer(await cloud.invocation(), 'FAILURE');
    const telling = await cloud.invocation();
    expect(telling.event.fileLocation).toMatchObject({ bucket: 'store', key: 'quarantine/report.csv' });
    const described = await cloud.call('DescribeExecution', { WorkflowId, ExecutionId: id });
    expect(described.body.Execution).toMatchObject({
      Status: 'HANDLING_EXCEPTION',
      Results: {
        Steps: [{ StepType: 'CUSTOM', Error: { Type: 'CUSTOM_STEP_FAILED' } }],
        OnExceptionSteps: [{ StepType: 'COPY' }],
      },
    });
    await cloud.answer(telling, 'SUCCESS');
    expect(await cloud.transfer.waitForExecution(WorkflowId, id)).toMatchObject({ status: 'EXCEPTION' });
    expect(() => cloud.s3.get(cloud.root, 'store', 'accepted/report.csv')).toThrow(/does not exist/);
  });

  it('is given up when its timeout has passed', async () => {
    const { WorkflowId } = await declareWorkflow(cloud, { Steps: [custom({ TimeoutSeconds: 90 })] });
    const id = upload(cloud, WorkflowId);
    const invocation = await cloud.invocation();
    await cloud.advance(89_000);
    expect((await cloud.call('ListExecutions', { WorkflowId })).body.Executions).toHaveLength(1);
    await cloud.advance(1_000);
    expect(await cloud.transfer.waitForExecution(WorkflowId, id)).toMatchObject({
      steps: [{ error: { type: 'TIMEOUT' } }],
    });
    expect(cloud.seen('answer')).toMatchObject([{ kind: 'timedOut', waitedMs: 90_000 }]);
    expect(await cloud.answer(invocation, 'SUCCESS')).toMatchObject({ code: 'ResourceNotFoundException' });
  });

  it.each([
    ['the role may not invoke the function', [custom()], ALL_STEPS.slice(0, 2), 'PERMISSION_DENIED'],
    [
      'the function does not exist',
      [custom({ Target: `${FUNCTION_ARN}-not` })],
      [{ Effect: 'Allow', Action: '*', Resource: '*' }],
      'NOT_FOUND',
    ],
    ['the role may not write the copy', [copy()], ALL_STEPS.slice(1), 'PERMISSION_DENIED'],
    [
      'the copy exists',
      [copy(), copy('accepted/', { SourceFileLocation: ORIGINAL_FILE })],
      ALL_STEPS,
      'ALREADY_EXISTS',
    ],
    ['the file has been deleted', [DELETE, copy('x', { SourceFileLocation: ORIGINAL_FILE })], ALL_STEPS, 'NOT_FOUND'],
    [
      'the file must be decrypted',
      [{ Type: 'DECRYPT', DecryptStepDetails: { Type: 'PGP', DestinationFileLocation: {} } }],
      ALL_STEPS,
      'BAD_REQUEST',
    ],
  ])('ends the execution when %s', async (_why, Steps, permissions, type) => {
    const { WorkflowId } = await declareWorkflow(cloud, { Steps }, permissions);
    const { status, steps } = await cloud.transfer.waitForExecution(WorkflowId, upload(cloud, WorkflowId));
    expect(status).toBe('EXCEPTION');
    expect(steps.at(-1)).toMatchObject({ error: { type } });
  });

  it('is a copy whose object the function has written over', async () => {
    const { WorkflowId } = await declareWorkflow(cloud, { Steps: [custom(), copy()] });
    const id = upload(cloud, WorkflowId);
    const invocation = await cloud.invocation();
    cloud.s3.put(cloud.kernel.identity.principalOf('AKIDEVELOPER'), 'landing', 'home/report.csv', Buffer.from('new'));
    await cloud.answer(invocation, 'SUCCESS');
    expect(await cloud.transfer.waitForExecution(WorkflowId, id)).toMatchObject({
      steps: [{}, { error: { type: 'NOT_FOUND', message: expect.stringContaining('ETag constraint not met') } }],
    });
  });

  it('writes over an existing copy where it is told to', async () => {
    const { WorkflowId } = await declareWorkflow(cloud, {
      Steps: [copy(), copy('accepted/', { SourceFileLocation: ORIGINAL_FILE, OverwriteExisting: 'TRUE' })],
    });
    expect(await cloud.transfer.waitForExecution(WorkflowId, upload(cloud, WorkflowId))).toMatchObject({
      status: 'COMPLETED',
    });
  });
});

describe('a template', () => {
  it.each([
    [
      'keys in camel case',
      { Type: 'CUSTOM', CustomStepDetails: { name: 'scan', target: FUNCTION_ARN } },
      /key name, which is not permitted/,
    ],
    ['no details', { Type: 'CUSTOM' }, /no CustomStepDetails/],
    ['no target', { Type: 'CUSTOM', CustomStepDetails: { Name: 'scan' } }, /no Target/],
    ['a timeout over 30 minutes', custom({ TimeoutSeconds: 1_801 }), /less than or equal to 1800/],
    ['a name with a blank', custom({ Name: 'a scan' }), /pattern/],
    ['an unknown place', custom({ SourceFileLocation: '\u0024{next.file}' }), /takes its file from/],
    ['a copy without a place', copy('x', { DestinationFileLocation: {} }), /no DestinationFileLocation/],
    ['a copy without a bucket', copy('x', { DestinationFileLocation: { S3FileLocation: { Key: 'x' } } }), /no Bucket/],
    ['nine steps', undefined, /less than or equal to 8/],
  ])('is refused when a step has %s', async (_what, step, message) => {
    const Steps = step === undefined ? Array(9).fill(custom()) : [step];
    await expect(cloud.declare('AWS::Transfer::Workflow', 'Workflow', { Steps })).rejects.toThrow(message);
  });
});
