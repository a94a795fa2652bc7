import { randomUUID } from 'node:crypto';
import { moveTime } from '../aws/index.ts';
import { environmentVariables } from '../constants.ts';
import { type Duration, toMilliseconds } from '../core/duration.ts';
import { createIdentity } from '../local/identity/identity.ts';
import { AwsError } from '../local/kernel/aws-error.ts';
import { createClock } from '../local/kernel/clock.ts';
import { createEventStream } from '../local/kernel/events.ts';
import type { LocalService } from '../local/kernel/service.ts';
import codepipelineModel from '../local/models/codepipeline.json' with { type: 'json' };
import servicecatalogModel from '../local/models/servicecatalog.json' with { type: 'json' };
import transferModel from '../local/models/transfer.json' with { type: 'json' };
import { createWire } from '../local/wire/wire.ts';
import { createRecordedObjects, type PlacedObject } from './recorded-objects.ts';

/** One answer that a service received. */
export interface RecordedCall {
  readonly operation: string;
  // biome-ignore lint/suspicious/noExplicitAny: each operation has an input of its own shape; a test reads members of it without a cast
  readonly input: any;
}

/** What the service answers to one call: an error of that code, or a connection that breaks after it acted. */
export type ScriptedAnswer =
  | { readonly errorCode: string; readonly message?: string; readonly status?: number }
  | 'lost-response';

/** A stand-in for the result APIs, on loopback. */
export interface RecordingService {
  readonly endpoint: string;
  /** The answers that it took, in order: calls of the result APIs that did not end in an error. */
  readonly answers: readonly RecordedCall[];
  /**
   * Every call that arrived, in order; also those that only ask or acknowledge, and the SendMessage by which a delivery
   * is put off where its service has no continuation of its own. See `continueFrom`.
   */
  readonly calls: readonly RecordedCall[];
  /** Answers the next calls so, one after the other, instead of well. */
  script(...answers: readonly ScriptedAnswer[]): void;
  /** What GetJobDetails and GetThirdPartyJobDetails answer. */
  jobDetails: unknown;
  /** The jobs that polls give, each once. */
  readonly offered: unknown[];
  /** Events that functions were invoked with. */
  readonly invocations: readonly unknown[];
  /**
   * Puts an object where handlers read it; the bucket is made where there is none. What it returns is the file of a
   * `workflowStepEvent`, or the place of an artifact. S3 is there with all that the local cloud has of it.
   */
  putObject(bucket: string, key: string, content: string | Uint8Array): PlacedObject;
  /**
   * Moves the time of handlers on, so that a test need not wait for what `continueAfter` or `defer` waits for. Timers and
   * `Date` stay as they are.
   *
   * @throws InvalidOptionError when it is not a duration
   */
  advance(duration: Duration): void;
  /** Ends it, and puts environment and time back. Safe to call again. */
  close(): Promise<void>;
  /** The same, for `await using`: at the end of the test, whichever way it ends. */
  [Symbol.asyncDispose](): Promise<void>;
}

const NOTIFY_OPERATIONS = [
  'NotifyProvisionProductEngineWorkflowResult',
  'NotifyUpdateProvisionedProductEngineWorkflowResult',
  'NotifyTerminateProvisionedProductEngineWorkflowResult',
] as const;

const WORKER_OPERATIONS = [
  'PollForJobs',
  'AcknowledgeJob',
  'PollForThirdPartyJobs',
  'GetThirdPartyJobDetails',
  'AcknowledgeThirdPartyJob',
  'PutThirdPartyJobSuccessResult',
  'PutThirdPartyJobFailureResult',
] as const;

/** The operations that answer somebody. */
const ANSWERS = /^(Put|SendWorkflowStepState|Notify)/;

/** What a call that goes well is answered with. */
function outputOf(operation: string, service: Pick<RecordingService, 'jobDetails' | 'offered'>): object {
  if (operation.endsWith('JobDetails')) return { jobDetails: service.jobDetails };
  if (operation.startsWith('PollFor')) return { jobs: service.offered.splice(0) };
  if (operation === 'SendMessage') return { MessageId: randomUUID() };
  return operation.startsWith('Acknowledge') ? { status: 'InProgress' } : {};
}

/** The role of {@link operationMessage}, which every caller may assume, and which may do everything. */
const LAUNCH_ROLE = {
  type: 'AWS::IAM::Role',
  logicalId: 'LaunchRole',
  stackName: 'test',
  assemblyDir: '',
  properties: {
    RoleName: 'ServiceCatalogLaunchRole',
    AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] },
    Policies: [{ PolicyName: 'All', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } }],
  },
} as const;

/** Lambda, which takes every asynchronous invocation. */
function recordInvocations(invocations: unknown[]): LocalService {
  return {
    name: 'lambda',
    http: {
      signingNames: ['lambda'],
      async handle(_request, response, { body }) {
        invocations.push(JSON.parse((await body()).toString('utf8')));
        response.writeHead(202).end();
      },
    },
  };
}

/**
 * Starts a service that takes what a handler reports and checks it against the API's own model, and points this
 * process's AWS clients to it through the environment (`AWS_ENDPOINT_URL`, `AWS_REGION`, example credentials). It has a
 * continuation queue, too (`RINGBACK_CONTINUATION_QUEUE_URL`), so that steps and operations can be put off.
 *
 * @param env - the environment to change; `process.env` where absent
 */
export async function recordAnswers(env: NodeJS.ProcessEnv = process.env): Promise<RecordingService> {
  const clock = createClock();
  const events = createEventStream();
  const shared = { accountId: '123456789012', partition: 'aws', region: 'us-east-1', clock, events, uuid: randomUUID };
  const identity = createIdentity(shared);
  identity.resources?.['AWS::IAM::Role']?.(LAUNCH_ROLE);
  const kernel = { ...shared, identity, random: Math.random, endpoint: () => wire.endpoint };
  const objects = createRecordedObjects(kernel, identity.principalOf('AKIAEXAMPLEEXAMPLE00'));
  const calls: RecordedCall[] = [];
  const answers: RecordedCall[] = [];
  const scripted: ScriptedAnswer[] = [];
  const invocations: unknown[] = [];
  const lost = new Set<string>();
  const take =
    (operation: string) =>
    (input: unknown, { requestId }: { requestId: string }) => {
      calls.push({ operation, input });
      const scriptedAnswer = scripted.shift();
      if (scriptedAnswer === 'lost-response') lost.add(requestId);
      else if (scriptedAnswer !== undefined) {
        const { errorCode, message = 'scripted', status = 400 } = scriptedAnswer;
        throw new AwsError(errorCode, message, { status });
      }
      if (ANSWERS.test(operation)) answers.push({ operation, input });
      return outputOf(operation, service);
    };
  const wire = await createWire({
    kernel,
    port: 0,
    services: [
      {
        name: 'codepipeline',
        json: {
          targetPrefix: 'CodePipeline_20150709',
          jsonVersion: '1.1',
          model: codepipelineModel,
          operations: {
            PutJobSuccessResult: take('PutJobSuccessResult'),
            PutJobFailureResult: take('PutJobFailureResult'),
            GetJobDetails: take('GetJobDetails'),
            ...Object.fromEntries(WORKER_OPERATIONS.map((operation) => [operation, take(operation)])),
          },
        },
      },
      recordInvocations(invocations),
      {
        name: 'sqs',
        json: { targetPrefix: 'AmazonSQS', jsonVersion: '1.0', operations: { SendMessage: take('SendMessage') } },
      },
      identity,
      objects.service,
      {
        name: 'transfer',
        json: {
          targetPrefix: 'TransferService',
          jsonVersion: '1.1',
          model: transferModel,
          validationErrorCode: 'InvalidRequestException',
          operations: { SendWorkflowStepState: take('SendWorkflowStepState') },
        },
      },
      {
        name: 'servicecatalog',
        json: {
          targetPrefix: 'AWS242ServiceCatalogService',
          jsonVersion: '1.1',
          model: servicecatalogModel,
          operations: Object.fromEntries(NOTIFY_OPERATIONS.map((operation) => [operation, take(operation)])),
        },
      },
    ],
    interceptors: [{ after: (call) => (lost.delete(call.requestId) ? { kind: 'reset' } : undefined) }],
  });
  const variables = {
    AWS_ENDPOINT_URL: wire.endpoint,
    AWS_REGION: shared.region,
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00',
    AWS_SECRET_ACCESS_KEY: 'example',
    [environmentVariables.continuationQueueUrl]: `${wire.endpoint}/${shared.accountId}/continuations`,
  };
  let movedMs = 0;
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, env[name]]));
  Object.assign(env, variables);
  let closed: Promise<void> | undefined;
  const close = async () => {
    moveTime(-movedMs);
    movedMs = 0;
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete env[name];
      else env[name] = value;
    }
    clock.stop();
    await wire.close();
    await objects.close();
  };
  const service: RecordingService = {
    endpoint: wire.endpoint,
    answers,
    calls,
    script: (...more) => scripted.push(...more),
    jobDetails: {},
    offered: [],
    invocations,
    putObject: objects.putObject,
    advance(duration) {
      const ms = toMilliseconds(duration);
      moveTime(ms);
      movedMs += ms;
    },
    close: () => (closed ??= close()),
    [Symbol.asyncDispose]: () => service.close(),
  };
  return service;
}
