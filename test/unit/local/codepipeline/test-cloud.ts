import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionProviders } from '../../../../lib/local/codepipeline/action-provider.ts';
import { type CodePipelineService, createCodePipeline } from '../../../../lib/local/codepipeline/codepipeline.ts';
import { AwsError } from '../../../../lib/local/kernel/aws-error.ts';
import { type Clock, createClock } from '../../../../lib/local/kernel/clock.ts';
import { type CloudEventName, type CloudEvents, createEventStream } from '../../../../lib/local/kernel/events.ts';
import type { IssueOptions, Kernel, Principal } from '../../../../lib/local/kernel/kernel.ts';
import type { ObjectPort, StoredObject } from '../../../../lib/local/kernel/ports.ts';
import { validateInput } from '../../../../lib/local/wire/validate-input.ts';
import { expectOutput } from './expect-output.ts';

/** The event of a Lambda invoke action, as far as tests look at it. */
export interface JobEvent {
  readonly 'CodePipeline.job': {
    readonly id: string;
    readonly accountId: string;
    readonly data: {
      readonly actionConfiguration: { readonly configuration: Record<string, string> };
      readonly inputArtifacts: readonly JobArtifact[];
      readonly outputArtifacts: readonly JobArtifact[];
      readonly artifactCredentials: { readonly accessKeyId: string; readonly expirationTime: number };
      readonly continuationToken?: string;
      readonly encryptionKey?: { readonly id: string; readonly type: string };
    };
  };
}

export interface JobArtifact {
  readonly name: string;
  readonly revision: string | null;
  readonly location: { readonly s3Location: { readonly bucketName: string; readonly objectKey: string } };
}

/** One asynchronous invocation that CodePipeline has made. */
export interface Invocation {
  readonly functionName: string;
  readonly principal: Principal;
  readonly job: JobEvent['CodePipeline.job'];
  readonly event: JobEvent;
}

export const ACCOUNT = '111122223333';
export const PIPELINE_ROLE = `arn:aws:iam::${ACCOUNT}:role/pipeline`;
export const ACTION_ROLE = `arn:aws:iam::${ACCOUNT}:role/action`;

export type TestCloud = ReturnType<typeof createTestCloud>;

/** CodePipeline over stand-ins of a few lines for identity, functions and objects, on a clock that only `advance` moves. */
export function createTestCloud(
  options: {
    actionProviders?: ActionProviders;
    functions?: readonly string[];
    /** What a function returns that is invoked synchronously. */
    returns?: (event: unknown) => unknown;
  } = {},
) {
  let real = Date.UTC(2026, 0, 1);
  let ids = 0;
  const clock = createClock({ realNow: () => real });
  const events = createEventStream();
  const seen: { [Name in CloudEventName]?: CloudEvents[Name][] } = {};
  events.onAny((name, event) => {
    const list = (seen[name] ?? []) as unknown[];
    list.push(event);
    Object.assign(seen, { [name]: list });
  });
  const denied = new Set<string>();
  const issued: (IssueOptions & { roleArn: string })[] = [];
  const kernel = createKernel(clock, events, denied, issued, () => ++ids);
  const invocations: Invocation[] = [];
  const waiting: ((invocation: Invocation) => void)[] = [];
  const known = options.functions ?? ['worker'];
  const bus: { source: string; detailType: string; detail: Record<string, unknown> }[] = [];
  const objects = createObjects(kernel);

  const service: CodePipelineService = createCodePipeline(kernel, {
    objects,
    functions: {
      async invokeEvent(functionName, payload, { principal }) {
        kernel.identity.authorize(principal, 'lambda:InvokeFunction', functionName);
        if (!known.includes(functionName))
          throw new AwsError('ResourceNotFoundException', `no function ${functionName}`);
        const event = JSON.parse(payload) as JobEvent;
        const invocation = { functionName, principal, event, job: event['CodePipeline.job'] };
        const next = waiting.shift();
        if (next === undefined) invocations.push(invocation);
        else next(invocation);
      },
      async invokeSync(_name, payload) {
        if (options.returns === undefined) throw new Error('CodePipeline invokes Lambda actions asynchronously');
        return { payload: JSON.stringify(options.returns(JSON.parse(payload))) };
      },
    },
    bus: { put: (event) => bus.push(event as (typeof bus)[number]) },
    ...(options.actionProviders === undefined ? {} : { actionProviders: options.actionProviders }),
  });

  async function call(
    operation: string,
    input: object,
    principal = kernel.identity.principalOf(undefined),
    // biome-ignore lint/suspicious/noExplicitAny: an output's shape is the model's; each test reads what it expects
  ): Promise<any> {
    const api = service.json;
    const run = api?.operations[operation];
    if (api?.model === undefined || run === undefined) throw new Error(`no operation ${operation}`);
    validateInput(api.model, operation, input);
    const output = await run(input, {
      requestId: 'request',
      principal,
      authorize: (action, resource) => kernel.identity.authorize(principal, action, resource),
    });
    const sent: unknown = JSON.parse(JSON.stringify(output));
    expectOutput(api.model, operation, sent);
    return sent;
  }

  return {
    kernel,
    service,
    objects,
    bus,
    issued,
    denied,
    invocations,
    call,
    seen: <Name extends CloudEventName>(name: Name) => (seen[name] ?? []) as CloudEvents[Name][],
    /** The next invocation, once it is made. */
    invocation(): Promise<Invocation> {
      const first = invocations.shift();
      return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first);
    },
    /** Resolves when a pipeline, stage or action has come into a state as often as told. */
    reached(resource: string, state: string, times = 1): Promise<void> {
      const count = () =>
        (seen.state ?? []).filter((event) => event.resource === resource && event.state === state).length;
      if (count() >= times) return Promise.resolve();
      return new Promise((resolve) => {
        const stop = events.onAny(() => {
          if (count() < times) return;
          stop();
          resolve();
        });
      });
    },
    /** Lets simulated time pass, and what is due in it happen. */
    async advance(ms: number): Promise<void> {
      real += ms;
      clock.hold()();
      await clock.sleep(0);
      await new Promise((resolve) => setImmediate(resolve));
    },
    async deploy(type: string, properties: object, logicalId = 'Resource') {
      const provider = service.resources?.[type];
      if (provider === undefined) throw new Error(`no resource ${type}`);
      return provider({ type, logicalId, stackName: 'Stack', properties, assemblyDir: '.' });
    },
    async start(name = 'pipe', input: object = {}): Promise<string> {
      return (await call('StartPipelineExecution', { name, ...input })).pipelineExecutionId;
    },
    stop() {
      void service.stop?.();
      clock.stop();
      rmSync(kernel.dataDir, { recursive: true, force: true });
    },
  };
}

function createKernel(
  clock: Clock,
  events: Kernel['events'],
  denied: ReadonlySet<string>,
  issued: (IssueOptions & { roleArn: string })[],
  nextId: () => number,
): Kernel {
  const role = (arn: string): Principal => ({ arn, kind: 'role', roleArn: arn, accountId: ACCOUNT });
  return {
    clock,
    events,
    accountId: ACCOUNT,
    region: 'eu-west-1',
    partition: 'aws',
    dataDir: mkdtempSync(join(tmpdir(), 'ringback-')),
    uuid: () => `00000000-0000-4000-8000-${String(nextId()).padStart(12, '0')}`,
    random: () => 0.5,
    endpoint: () => 'http://127.0.0.1:4566',
    identity: {
      issue(roleArn, options) {
        issued.push({ roleArn, ...options });
        return {
          accessKeyId: `ASIA${issued.length}`,
          secretAccessKey: 'secret',
          sessionToken: 'session',
          expiresAt: clock.now() + (options.durationSeconds ?? 3600) * 1000,
        };
      },
      principalOf: () => ({ arn: `arn:aws:iam::${ACCOUNT}:root`, kind: 'root', accountId: ACCOUNT }),
      service: (service) => ({ arn: service, kind: 'service', service, accountId: ACCOUNT }),
      role,
      authorize(principal, action, resource) {
        if (!denied.has(`${principal.arn} ${action}`)) return;
        throw new AwsError(
          'AccessDeniedException',
          `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource}`,
        );
      },
    },
  };
}

function createObjects(
  kernel: Kernel,
): ObjectPort & { all: Map<string, StoredObject>; upload(key: string, body: string): void } {
  const all = new Map<string, StoredObject>();
  const root = kernel.identity.principalOf(undefined);
  let versions = 0;
  const port: ObjectPort = {
    get(principal, bucket, key) {
      kernel.identity.authorize(principal, 's3:GetObject', `arn:aws:s3:::${bucket}/${key}`);
      const object = all.get(`${bucket}/${key}`);
      if (object === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404 });
      return object;
    },
    put(principal, bucket, key, body, options) {
      kernel.identity.authorize(principal, 's3:PutObject', `arn:aws:s3:::${bucket}/${key}`);
      const versionId = `version-${++versions}`;
      const file = join(kernel.dataDir, versionId);
      writeFileSync(file, body);
      const object: StoredObject = {
        bucket,
        key,
        versionId,
        eTag: `etag-${versions}`,
        size: body.length,
        file,
        tags: {},
        metadata: {},
        ...(options?.kmsKeyId === undefined ? {} : { serverSideEncryption: 'aws:kms', kmsKeyId: options.kmsKeyId }),
      };
      all.set(`${bucket}/${key}`, object);
      kernel.events.emit('objectCreated', {
        bucket,
        key,
        versionId,
        eTag: object.eTag,
        size: object.size,
        principal: principal.arn,
      });
      return object;
    },
    copy: async (principal, source, bucket, key) => port.put(principal, bucket, key, readFileSync(source.file)),
    delete: (_principal, bucket, key) => void all.delete(`${bucket}/${key}`),
    tag: () => undefined,
  };
  return Object.assign(port, {
    all,
    upload: (key: string, body: string) => void port.put(root, 'source', key, Buffer.from(body)),
  });
}
