import { createResource, ensureResource, inOrder } from 'ringback/cloudcontrol';
import { type JobLogic, RetryableError, succeed } from 'ringback/codepipeline';
import {
  continueFrom,
  lambdaContext,
  operationEvent,
  operationMessage,
  pipelineJobEvent,
  workflowStepEvent,
} from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followWith } from '../../../lib/cloudcontrol/follow.ts';
import { pipelineJobWith } from '../../../lib/codepipeline/pipeline-job.ts';
import type { LambdaHandler } from '../../../lib/core/handler.ts';
import { provisioningEngineWith } from '../../../lib/servicecatalog/provisioning-engine.ts';
import { workflowStepWith } from '../../../lib/transfer/workflow-step.ts';
import { createTestRuntime, type TestRuntime } from '../test-runtime.ts';
import { startCloudControl } from './cloud.ts';

type StartedCloud = Awaited<ReturnType<typeof startCloudControl>>;

const typeName = 'AWS::Logs::LogGroup';
const logGroup = (LogGroupName: string, more: object = {}) =>
  createResource({ typeName, desiredState: { LogGroupName, ...more } });

let runtime: TestRuntime;
beforeEach(async () => {
  runtime = await createTestRuntime({ continuationQueueUrl: 'http://127.0.0.1/123456789012/continuations' });
});
afterEach(() => runtime.close());

const jobOf = (logic: JobLogic<unknown, unknown>) => pipelineJobWith(() => runtime, logic, { onCrash: 'retry' });

/** Gives a handler its event, and each further run when it is due on either clock, until it is answered. */
async function play({ cloud }: StartedCloud, handler: LambdaHandler, first: unknown, timeoutMs = 30_000) {
  let event = first;
  for (let runs = 1; runs <= 30; runs++) {
    await handler(event, lambdaContext({ timeoutMs }));
    const last = runtime.service.calls.at(-1);
    const isPutOff = last?.operation === 'SendMessage' || last?.input.continuationToken !== undefined;
    if (!isPutOff) return { runs, answer: last };
    runtime.time.advance(300_000);
    // The request is carried out on the cloud's clock, and a run may be faster than it.
    await cloud.clock.sleep(60_000);
    event = continueFrom(last, event);
  }
  return expect.fail('it was not answered in 30 runs');
}

describe('a job that follows a request', () => {
  it('is answered with what became of the resource', async () => {
    const cloud = await startCloudControl();
    const handler = jobOf((job) => followWith(cloud.runtime, job, logGroup('/shop', { RetentionInDays: 7 })));
    const { runs, answer } = await play(cloud, handler, pipelineJobEvent());
    expect(runs).toBe(2);
    expect(answer).toMatchObject({
      operation: 'PutJobSuccessResult',
      input: {
        outputVariables: {
          Identifier: '/shop',
          Operation: 'CREATE',
          ChangedProperties: 'LogGroupName,RetentionInDays',
        },
        executionDetails: { summary: 'created AWS::Logs::LogGroup /shop' },
      },
    });
  });

  it('has the token of its request in the ledger before it asks how far that is', async () => {
    const cloud = await startCloudControl();
    const handler = jobOf((job) => followWith(cloud.runtime, job, logGroup('/shop')));
    await handler(pipelineJobEvent(), lambdaContext());
    expect([cloud.countOf('CreateResource'), cloud.countOf('GetResourceRequestStatus')]).toEqual([1, 0]);
    const { ResourceRequestStatusSummaries } = await cloud.json('cloudcontrol', 'ListResourceRequests');
    const [entry] = await runtime.ledger.list(Number.POSITIVE_INFINITY);
    const left = entry && (await runtime.ledger.left(entry, Number.POSITIVE_INFINITY));
    expect(JSON.stringify(left)).toContain(ResourceRequestStatusSummaries[0].RequestToken);
  });

  it('creates nothing twice where its logic runs again before that', async () => {
    const cloud = await startCloudControl();
    let runs = 0;
    const handler = jobOf(async (job) => {
      const outcome = await followWith(cloud.runtime, job, logGroup('/shop'));
      if (++runs <= 2) throw new RetryableError('once more');
      return outcome;
    });
    const event = pipelineJobEvent();
    for (const _ of [1, 2]) await expect(handler(event, lambdaContext())).rejects.toThrow('once more');
    const { answer } = await play(cloud, handler, event);
    expect(answer?.input.outputVariables).toMatchObject({ Identifier: '/shop', Operation: 'CREATE' });
    const { ResourceRequestStatusSummaries } = await cloud.json('cloudcontrol', 'ListResourceRequests');
    expect(ResourceRequestStatusSummaries).toHaveLength(1);
  });

  it('goes on in run after run where no invocation is long enough', async () => {
    const cloud = await startCloudControl();
    cloud.cloud.faults.add(`handler-slow:${typeName}:CREATE:delay=20m`);
    const handler = jobOf((job) => followWith(cloud.runtime, job, logGroup('/shop')));
    const { runs, answer } = await play(cloud, handler, pipelineJobEvent(), 4_000);
    expect(runs).toBeGreaterThan(2);
    expect(answer?.input.outputVariables).toMatchObject({ Identifier: '/shop' });
    expect(cloud.countOf('CreateResource')).toBe(1);
    expect(runtime.service.calls[1]?.input.executionDetails).toEqual({
      summary: 'creating AWS::Logs::LogGroup /shop: IN_PROGRESS',
      percentComplete: 50,
    });
  });

  it('gives the answer that the logic makes of the resource', async () => {
    const cloud = await startCloudControl();
    const handler = jobOf((job) =>
      followWith(cloud.runtime, job, logGroup('/shop'), {
        outcome: async (made) => succeed({ variables: { Arn: (await made.properties()).Arn } }),
      }),
    );
    const { answer } = await play(cloud, handler, pipelineJobEvent());
    expect(answer?.input.outputVariables).toEqual({ Arn: expect.stringMatching(/^arn:aws:logs:.*\/shop/) });
  });

  it.each([
    ['ServiceLimitExceeded', 'JobFailed'],
    ['AccessDenied', 'PermissionError'],
    ['InvalidRequest', 'ConfigurationError'],
    ['InternalFailure', 'SystemUnavailable'],
  ])('that fails with %s is answered as %s', async (code, type) => {
    const cloud = await startCloudControl();
    cloud.cloud.faults.add(`handler-error:before:${typeName}:CREATE:${code}`);
    const { answer } = await play(
      cloud,
      jobOf((job) => followWith(cloud.runtime, job, logGroup('/shop'))),
      pipelineJobEvent(),
    );
    const { failureDetails } = answer?.input ?? {};
    expect(failureDetails).toEqual({ type, message: expect.stringContaining(`AWS::Logs::LogGroup /shop: ${code}: `) });
  });

  it('cancels it when its signal aborts', async () => {
    const cloud = await startCloudControl();
    cloud.cloud.faults.add(`handler-slow:${typeName}:CREATE`);
    let options: { readonly signal?: AbortSignal } = {};
    const handler = jobOf((job) => followWith(cloud.runtime, job, logGroup('/shop'), options));
    const event = pipelineJobEvent();
    await handler(event, lambdaContext());
    options = { signal: AbortSignal.abort() };
    runtime.time.advance(300_000);
    const { answer } = await play(cloud, handler, continueFrom(runtime.service.calls.at(-1), event));
    expect(answer?.input.failureDetails.message).toContain('was cancelled; nothing is rolled back');
    expect(cloud.countOf('CancelResourceRequest')).toBe(1);
  });

  it('shows no desired value in what leaves', async () => {
    const cloud = await startCloudControl();
    const desiredState = { Name: 'login', SecretString: 'correct horse battery' };
    const request = createResource({ typeName: 'AWS::SecretsManager::Secret', desiredState });
    const handler = jobOf((job) => followWith(cloud.runtime, job, request));
    await play(cloud, handler, pipelineJobEvent());
    const entries = await runtime.ledger.list(Number.POSITIVE_INFINITY);
    const seen = JSON.stringify([runtime.lines, runtime.service.calls, runtime.printed, entries]);
    expect(seen).toContain('created AWS::SecretsManager::Secret');
    expect(seen).not.toContain('correct horse');
  });
});

describe('several requests in order', () => {
  it('are made one after the other, each with what the ones before it made', async () => {
    const cloud = await startCloudControl();
    const requests = inOrder([
      createResource({ typeName: 'AWS::SQS::Queue', desiredState: { QueueName: 'orders' } }),
      async ([queue]) => {
        const { Arn } = (await queue?.properties()) ?? {};
        return createResource({
          typeName: 'AWS::SSM::Parameter',
          desiredState: { Name: '/shop/queue', Type: 'String', Value: Arn },
        });
      },
    ]);
    const { answer } = await play(
      cloud,
      jobOf((job) => followWith(cloud.runtime, job, requests)),
      pipelineJobEvent(),
    );
    expect(answer?.input.outputVariables).toMatchObject({ Operation1: 'CREATE', Identifier2: '/shop/queue' });
    expect(await cloud.properties('AWS::SSM::Parameter', '/shop/queue')).toMatchObject({
      Value: expect.stringMatching(/^arn:aws:sqs:.*:orders$/),
    });
  });

  it('say what was done before the one that failed', async () => {
    const cloud = await startCloudControl();
    const requests = inOrder([logGroup('/one'), logGroup('/one'), logGroup('/three')]);
    const { answer } = await play(
      cloud,
      jobOf((job) => followWith(cloud.runtime, job, requests)),
      pipelineJobEvent(),
    );
    expect(answer?.input.failureDetails.message).toMatch(/AlreadyExists.*done before it, and left so: CREATE .* \/one/);
    expect(cloud.countOf('CreateResource')).toBe(2);
  });
});

describe('other services', () => {
  it('a step is answered, too', async () => {
    const cloud = await startCloudControl();
    const handler = workflowStepWith(
      () => runtime,
      (step) => followWith(cloud.runtime, step, logGroup('/shop')),
    );
    const { answer } = await play(cloud, handler, workflowStepEvent());
    expect(answer).toMatchObject({ operation: 'SendWorkflowStepState', input: { Status: 'SUCCESS' } });
  });

  it('an operation gets outputs', async () => {
    const cloud = await startCloudControl();
    const logic = (operation: Parameters<typeof followWith>[1]) =>
      followWith(cloud.runtime, operation, ensureResource({ typeName, desiredState: { LogGroupName: '/shop' } }));
    const handler = provisioningEngineWith(() => runtime, { provision: logic, update: logic, terminate: logic });
    const { answer } = await play(cloud, handler, operationEvent(operationMessage()));
    expect(answer?.input).toMatchObject({
      Status: 'SUCCEEDED',
      Outputs: expect.arrayContaining([expect.objectContaining({ OutputKey: 'Identifier', OutputValue: '/shop' })]),
    });
  });
});
