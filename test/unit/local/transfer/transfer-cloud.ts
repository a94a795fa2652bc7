import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIdentity } from '../../../../lib/local/identity/identity.ts';
import { AwsError } from '../../../../lib/local/kernel/aws-error.ts';
import { createClock } from '../../../../lib/local/kernel/clock.ts';
import { type CloudEventName, type CloudEvents, createEventStream } from '../../../../lib/local/kernel/events.ts';
import type { Kernel, Principal } from '../../../../lib/local/kernel/kernel.ts';
import type { LocalService } from '../../../../lib/local/kernel/service.ts';
import { createS3 } from '../../../../lib/local/s3/create-s3.ts';
import { createTransfer } from '../../../../lib/local/transfer/transfer.ts';
import { createWire } from '../../../../lib/local/wire/wire.ts';

export const ACCOUNT = '123456789012';
export const FUNCTION_ARN = `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:scan`;

/** The event of a custom step, as far as tests look at it. */
export interface StepEvent {
  readonly token: string;
  readonly serviceMetadata: {
    readonly executionDetails: { readonly workflowId: string; readonly executionId: string };
    readonly transferDetails: Readonly<Record<string, string>>;
  };
  readonly fileLocation: Readonly<Record<string, unknown>>;
}

/** One asynchronous invocation. */
export interface Invocation {
  readonly target: string;
  readonly principal: Principal;
  readonly event: StepEvent;
}

export type TransferCloud = Awaited<ReturnType<typeof createTransferCloud>>;

/** Transfer Family, S3 and IAM as they are, with a stand-in for Lambda, on a clock that only `advance` moves. */
export async function createTransferCloud(more: readonly LocalService[] = []) {
  let real = Date.UTC(2026, 0, 1);
  const clock = createClock({ realNow: () => real });
  const events = createEventStream();
  const owner = { accountId: ACCOUNT, partition: 'aws', region: 'eu-west-1' };
  const identity = createIdentity({ ...owner, clock, events, uuid: randomUUID });
  const dataDir = mkdtempSync(join(tmpdir(), 'transfer-'));
  const kernel: Kernel = {
    ...owner,
    clock,
    events,
    identity,
    dataDir,
    uuid: randomUUID,
    random: () => 0.5,
    endpoint: () => wire.endpoint,
  };
  const s3 = createS3(kernel);
  const invocations: Invocation[] = [];
  const waiting: ((invocation: Invocation) => void)[] = [];
  const transfer = createTransfer(kernel, {
    objects: s3,
    functions: {
      async invokeEvent(target, payload, { principal }) {
        identity.authorize(principal, 'lambda:InvokeFunction', target);
        if (target !== FUNCTION_ARN) throw new AwsError('ResourceNotFoundException', `no function ${target}`);
        const invocation = { target, principal, event: JSON.parse(payload) as StepEvent };
        const next = waiting.shift();
        if (next === undefined) invocations.push(invocation);
        else next(invocation);
      },
      invokeSync: () => Promise.reject(new Error('Transfer Family invokes asynchronously')),
    },
  });
  const services: readonly LocalService[] = [identity, s3, transfer, ...more];
  const wire = await createWire({ kernel, services, port: 0 });
  await transfer.start?.();
  const seen: { [Name in CloudEventName]?: CloudEvents[Name][] } = {};
  events.onAny((name, event) => {
    const list = (seen[name] ?? []) as unknown[];
    list.push(event);
    Object.assign(seen, { [name]: list });
  });
  const root = identity.principalOf('AKIDEVELOPER');

  async function declare(type: string, logicalId: string, properties: object) {
    const provider = services.flatMap(({ resources }) => resources?.[type] ?? [])[0];
    if (provider === undefined) throw new Error(`no resource ${type}`);
    return provider({ type, logicalId, stackName: 'Test', properties, assemblyDir: dataDir });
  }

  /** Calls a JSON operation as the developer, or with the keys of a role. */
  async function call(operation: string, input: object, accessKeyId = 'AKIDEVELOPER') {
    const credential = `${accessKeyId}/20260101/eu-west-1/transfer/aws4_request`;
    const response = await fetch(wire.endpoint, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=00`,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `TransferService.${operation}`,
      },
      body: JSON.stringify(input),
    });
    // biome-ignore lint/suspicious/noExplicitAny: the shape is the operation's; each test reads what it expects
    const body = JSON.parse((await response.text()) || '{}') as any;
    return {
      status: response.status,
      body,
      code: String(body.__type ?? '')
        .split('#')
        .at(-1),
    };
  }

  return {
    kernel,
    transfer,
    root,
    s3,
    invocations,
    declare,
    call,
    endpoint: () => wire.endpoint,
    seen: <Name extends CloudEventName>(name: Name) => (seen[name] ?? []) as CloudEvents[Name][],
    /** The next invocation, once it is made. */
    invocation(): Promise<Invocation> {
      const first = invocations.shift();
      return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first);
    },
    /** Answers a custom step. */
    answer: ({ event }: Invocation, Status: string, overrides: object = {}) =>
      call('SendWorkflowStepState', {
        WorkflowId: event.serviceMetadata.executionDetails.workflowId,
        ExecutionId: event.serviceMetadata.executionDetails.executionId,
        Token: event.token,
        Status,
        ...overrides,
      }),
    /** Lets simulated time pass, and what is due in it happen. */
    async advance(ms: number): Promise<void> {
      real += ms;
      clock.hold()();
      await clock.sleep(0);
      await new Promise((resolve) => setImmediate(resolve));
    },
    async close() {
      await transfer.stop?.();
      clock.stop();
      await wire.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const trust = {
  Statement: [{ Effect: 'Allow', Principal: { Service: 'transfer.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** Declares a role that Transfer Family may assume, and gives its ARN. */
export async function declareRole(cloud: TransferCloud, logicalId: string, statements: readonly object[]) {
  const created = await cloud.declare('AWS::IAM::Role', logicalId, {
    AssumeRolePolicyDocument: trust,
    Policies: statements.length === 0 ? [] : [{ PolicyName: 'inline', PolicyDocument: { Statement: statements } }],
  });
  return String(created.attributes?.Arn);
}

/** What the execution role of every step may do. */
export const ALL_STEPS = [
  {
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:PutObject', 's3:PutObjectTagging', 's3:DeleteObject'],
    Resource: ['arn:aws:s3:::landing/*', 'arn:aws:s3:::store/*'],
  },
  { Effect: 'Allow', Action: 's3:ListBucket', Resource: ['arn:aws:s3:::landing', 'arn:aws:s3:::store'] },
  { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: FUNCTION_ARN },
];

/** A server with one user, two buckets and a workflow of these steps. */
export async function declareWorkflow(
  cloud: TransferCloud,
  workflow: { readonly Steps: readonly object[]; readonly OnExceptionSteps?: readonly object[] },
  permissions: readonly object[] = ALL_STEPS,
) {
  for (const name of ['landing', 'store']) await cloud.declare('AWS::S3::Bucket', name, { BucketName: name });
  const ExecutionRole = await declareRole(cloud, 'Execution', permissions);
  const { ref: WorkflowId } = await cloud.declare('AWS::Transfer::Workflow', 'Workflow', workflow);
  const server = await cloud.declare('AWS::Transfer::Server', 'Server', {
    WorkflowDetails: { OnUpload: [{ WorkflowId, ExecutionRole }] },
  });
  const ServerId = String(server.attributes?.ServerId);
  await cloud.declare('AWS::Transfer::User', 'User', {
    ServerId,
    UserName: 'ada',
    Role: await declareRole(cloud, 'Uploader', [
      { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::landing/home/*' },
    ]),
    HomeDirectory: '/landing/home',
  });
  return { WorkflowId, ExecutionRole, ServerId };
}

/** Puts an object into the user's directory, as its upload, and gives the execution that it started. */
export function upload(cloud: TransferCloud, WorkflowId: string, body = 'a,b\n1,2\n', key = 'home/report.csv'): string {
  cloud.s3.put(cloud.root, 'landing', key, Buffer.from(body));
  return cloud.transfer.executionIds(WorkflowId).at(-1) ?? '';
}

/** A custom step. */
export function custom(overrides: object = {}) {
  return {
    Type: 'CUSTOM',
    CustomStepDetails: { Name: 'scan', Target: FUNCTION_ARN, TimeoutSeconds: 60, ...overrides },
  };
}

/** A step that copies into the other bucket. */
export function copy(Key = 'accepted/', overrides: object = {}) {
  return {
    Type: 'COPY',
    CopyStepDetails: {
      Name: 'copy',
      DestinationFileLocation: { S3FileLocation: { Bucket: 'store', Key } },
      ...overrides,
    },
  };
}
