import { randomUUID } from 'node:crypto';
import { moveTime } from '../aws/index.ts';
import { environmentVariables } from '../constants.ts';
import { type Duration, toMilliseconds } from '../core/duration.ts';
import { sharedMemoryLedger } from '../core/ledger/memory-ledger.ts';
import { createIdentity } from '../local/identity/identity.ts';
import { createClock } from '../local/kernel/clock.ts';
import { createEventStream } from '../local/kernel/events.ts';
import { createWire } from '../local/wire/wire.ts';
import { changeEnvironment } from './environment-change.ts';
import { refuseFakedTicks } from './faked-ticks.ts';
import type { RecordedResource } from './kept-types.ts';
import { recordedApis, recordedInvocations } from './recorded-apis.ts';
import { createRecordedCalls, type RecordedCall, type ScriptedAnswer } from './recorded-calls.ts';
import { createRecordedObjects, type PlacedObject } from './recorded-objects.ts';
import { createRecordedResources, type FailedRequest } from './recorded-resources.ts';

/** A stand-in for the result APIs and for Cloud Control, on loopback. */
export interface RecordingService {
  readonly endpoint: string;
  /** The answers that it took, in order: calls of the result APIs that did not end in an error. */
  readonly answers: readonly RecordedCall[];
  /**
   * Every call that arrived, in order; also those that only ask or acknowledge, and the SendMessage by which a delivery
   * is put off where its service has no continuation of its own. See `continueFrom`.
   */
  readonly calls: readonly RecordedCall[];
  /** Answers the next calls so, one after the other, instead of well; those of Cloud Control, too. */
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
   * The resources that Cloud Control has, in the order in which they were made. They are kept as they were desired, and
   * nothing is made in their services; where AWS would make an identifier, it is the resource's name.
   */
  readonly resources: readonly RecordedResource[];
  /** Puts a resource where Cloud Control finds it. @throws when it is there already, or its type is none */
  putResource(typeName: string, properties: Readonly<Record<string, unknown>>): RecordedResource;
  /** Ends the next requests to create, update or delete so, one after the other, instead of well. */
  failRequests(...failures: readonly FailedRequest[]): void;
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

const ACCESS_KEY_ID = 'AKIAEXAMPLEEXAMPLE00';

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

/**
 * Starts a service that takes what a handler reports and checks it against the API's own model, and points this
 * process's AWS clients to it through the environment (`AWS_ENDPOINT_URL`, `AWS_REGION`, example credentials). It has a
 * continuation queue, too (`RINGBACK_CONTINUATION_QUEUE_URL`), so that steps and operations can be put off; S3 and Cloud
 * Control are there with what the test puts into them.
 *
 * @param env - the environment to change; `process.env` where absent
 * @throws TypeError while fake timers stand for `process.nextTick`: no request would be answered
 */
export async function recordAnswers(env: NodeJS.ProcessEnv = process.env): Promise<RecordingService> {
  refuseFakedTicks('recordAnswers');
  sharedMemoryLedger().empty();
  const clock = createClock();
  const events = createEventStream();
  const shared = { accountId: '123456789012', partition: 'aws', region: 'us-east-1', clock, events, uuid: randomUUID };
  const identity = createIdentity(shared);
  identity.resources?.['AWS::IAM::Role']?.(LAUNCH_ROLE);
  const kernel = { ...shared, identity, random: Math.random, endpoint: () => wire.endpoint };
  const objects = createRecordedObjects(kernel, identity.principalOf(ACCESS_KEY_ID));
  const recording = createRecordedCalls();
  const { calls, answers, script } = recording;
  const resources = createRecordedResources(kernel, recording, (principal) => identity.forward(principal));
  const invocations: unknown[] = [];
  const wire = await createWire({
    kernel,
    port: 0,
    services: [
      ...recordedApis(recording, () => service),
      recordedInvocations(invocations),
      identity,
      objects.service,
      ...resources.services,
    ],
    interceptors: [recording.interceptor],
  });
  const restoreEnvironment = changeEnvironment(env, {
    AWS_ENDPOINT_URL: wire.endpoint,
    AWS_REGION: shared.region,
    AWS_ACCESS_KEY_ID: ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: 'example',
    [environmentVariables.continuationQueueUrl]: `${wire.endpoint}/${shared.accountId}/continuations`,
  });
  let movedMs = 0;
  let closed: Promise<void> | undefined;
  const close = async () => {
    moveTime(-movedMs);
    movedMs = 0;
    restoreEnvironment();
    clock.stop();
    await wire.close();
    await objects.close();
  };
  const service: RecordingService = {
    endpoint: wire.endpoint,
    answers,
    calls,
    script,
    jobDetails: {},
    offered: [],
    invocations,
    putObject: objects.putObject,
    resources: resources.resources,
    putResource: resources.putResource,
    failRequests: resources.failRequests,
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
