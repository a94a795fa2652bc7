import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTransferCloud, custom, declareWorkflow, type TransferCloud, upload } from './transfer-cloud.ts';

const run = promisify(execFile);
const isMissing = spawnSync('aws', ['--version']).status !== 0;

let cloud: TransferCloud;

beforeEach(async () => {
  cloud = await createTransferCloud();
});
afterEach(() => cloud.close());

/** Runs the AWS CLI against the local cloud; its error output where it fails. */
async function aws(...args: readonly string[]): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDEVELOPER',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_PAGER: '',
  };
  const everywhere = ['--endpoint-url', cloud.endpoint(), '--output', 'json'];
  return run('aws', [...args, ...everywhere], { env, encoding: 'utf8' }).then(
    ({ stdout }) => stdout,
    ({ stderr }: { stderr: string }) => stderr,
  );
}

describe.skipIf(isMissing)('the AWS CLI (runs where `aws` is installed)', () => {
  it('settles a step that nobody has answered, and is told of wrong tokens', async () => {
    const { WorkflowId } = await declareWorkflow(cloud, { Steps: [custom()] });
    const id = upload(cloud, WorkflowId);
    const { event } = await cloud.invocation();
    const send = (token: string, workflowId = WorkflowId) =>
      aws(
        ...['transfer', 'send-workflow-step-state', '--workflow-id', workflowId, '--execution-id', id],
        ...['--token', token, '--status', 'SUCCESS'],
      );
    expect(JSON.parse(await aws('transfer', 'list-executions', '--workflow-id', WorkflowId))).toMatchObject({
      Executions: [{ ExecutionId: id, Status: 'IN_PROGRESS' }],
    });
    expect(await send('wrong')).toMatch(/\(InvalidRequestException\).*not one of execution/s);
    expect(await send(event.token, 'w-00000000000000000')).toMatch(/\(ResourceNotFoundException\).*Unknown workflow/s);
    expect(await send(event.token)).toBe('');
    expect(await cloud.transfer.waitForExecution(WorkflowId, id)).toMatchObject({ status: 'COMPLETED' });
    expect(await send(event.token)).toMatch(/\(ResourceNotFoundException\)/);
  });
});
