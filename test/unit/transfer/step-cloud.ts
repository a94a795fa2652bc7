import { createConnection, systemTime } from '../../../lib/aws/index.ts';
import { createMemoryLedger } from '../../../lib/core/ledger/memory-ledger.ts';
import type { Runtime } from '../../../lib/core/runtime.ts';
import { redactedLog } from '../../../lib/core/secrets/log.ts';
import { createRedactor } from '../../../lib/core/secrets/redactor.ts';
import { listenForStrayErrors } from '../../../lib/core/stray-errors.ts';
import type { LocalService } from '../../../lib/local/kernel/service.ts';
import { lambdaContext } from '../../../lib/testing/lambda-context.ts';
import { type StepLogic, workflowStepWith } from '../../../lib/transfer/workflow-step.ts';
import { createTransferCloud, custom, declareRole, declareWorkflow, upload } from '../local/transfer/transfer-cloud.ts';

/** What a function of these tests may do. */
export const FUNCTION_PERMISSIONS = [
  { Effect: 'Allow', Action: 'transfer:SendWorkflowStepState', Resource: 'arn:aws:transfer:*:*:workflow/*' },
  {
    Effect: 'Allow',
    Action: ['s3:GetObject*', 's3:PutObject*', 's3:AbortMultipartUpload'],
    Resource: ['arn:aws:s3:::landing/*', 'arn:aws:s3:::store/*'],
  },
  { Effect: 'Allow', Action: 's3:ListBucket', Resource: ['arn:aws:s3:::landing', 'arn:aws:s3:::store'] },
  { Effect: 'Allow', Action: 'events:PutEvents', Resource: '*' },
];

export type StepCloud = Awaited<ReturnType<typeof createStepCloud>>;

/**
 * A workflow of one custom step in the local Transfer Family, whose function runs in this process.
 *
 * @param beforeEvent - what the event bus waits for before it takes an event
 */
export async function createStepCloud(
  permissions: readonly object[] = FUNCTION_PERMISSIONS,
  beforeEvent: () => Promise<unknown> = async () => undefined,
) {
  const events: { readonly DetailType: string; readonly Detail: string; readonly EventBusName: string }[] = [];
  const bus: LocalService = {
    name: 'events',
    json: {
      targetPrefix: 'AWSEvents',
      jsonVersion: '1.1',
      operations: {
        async PutEvents({ Entries }, request) {
          await beforeEvent();
          request.authorize('events:PutEvents', Entries[0].EventBusName);
          events.push(...Entries);
          return { FailedEntryCount: 0, Entries: [{ EventId: '1' }] };
        },
      },
    },
  };
  const cloud = await createTransferCloud([bus]);
  const { WorkflowId } = await declareWorkflow(cloud, { Steps: [custom()] });
  const role = await declareRole(cloud, 'Function', permissions);
  const keys = cloud.kernel.identity.issue(role, { sessionName: 'scan', functionName: 'scan' });
  const env = {
    AWS_ENDPOINT_URL: cloud.endpoint(),
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: keys.sessionToken,
  };
  const connection = createConnection({ env });
  const redactor = createRedactor();
  const lines: string[] = [];
  const errorsToo = (_key: string, value: unknown) =>
    value instanceof Error ? { name: value.name, message: value.message } : value;
  const log = redactedLog((_level, message, fields) => {
    lines.push(JSON.stringify({ message, ...fields }, errorsToo));
  }, redactor);
  const runtime: Runtime = {
    connection,
    connect: () => connection,
    ledger: createMemoryLedger(),
    ledgerName: 'a memory of its own',
    log,
    print: () => undefined,
    listenForStrayErrors,
    redactor,
    time: systemTime,
    onCrash: 'fail',
    lastResort: true,
    uuid: () => crypto.randomUUID(),
  };

  return {
    ...cloud,
    cloud,
    lines,
    events,
    /** Uploads a file, runs the logic on the event that comes of it, which may tell more of the file, and gives how the execution ended. */
    async run(logic: StepLogic<unknown>, options: { body?: string; key?: string; file?: object } = {}) {
      const id = upload(cloud, WorkflowId, options.body, options.key);
      const { event } = await cloud.invocation();
      const { fileLocation } = event as { fileLocation?: object };
      const told = { ...(event as object), fileLocation: { ...fileLocation, ...options.file } };
      await workflowStepWith(() => runtime, logic)(told, lambdaContext());
      return cloud.transfer.waitForExecution(WorkflowId, id);
    },
  };
}
