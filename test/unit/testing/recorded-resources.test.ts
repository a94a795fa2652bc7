import { createResource, deleteResource, ensureResource, follow, inOrder } from 'ringback/cloudcontrol';
import { type JobLogic, pipelineJob } from 'ringback/codepipeline';
import { provisioningEngine } from 'ringback/servicecatalog';
import {
  continueFrom,
  lambdaContext,
  operationEvent,
  operationMessage,
  pipelineJobEvent,
  type RecordingService,
  recordAnswers,
} from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

// What the handlers log would stand among the results.
beforeEach(() => void vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT'));
afterEach(() => void vi.unstubAllEnvs());

const QUEUE = 'AWS::SQS::Queue';
const desiredState = { QueueName: 'orders', VisibilityTimeout: 60 };

let service: RecordingService;
beforeEach(async () => {
  service = await recordAnswers();
});
afterEach(() => service.close());

/** Gives a job to logic again and again, until it asks for no further run; the number of runs. */
async function runUntilAnswered(logic: JobLogic<unknown, unknown>): Promise<number> {
  const handler = pipelineJob(logic, { onCrash: 'retry' });
  let event: object = pipelineJobEvent();
  for (let runs = 1; ; runs++) {
    await handler(event, lambdaContext());
    const answer = service.answers.at(-1);
    if (answer?.input.continuationToken === undefined) return runs;
    event = continueFrom(answer, event);
    service.advance({ minutes: 2 });
  }
}

describe('Cloud Control of a recording service', () => {
  it('ends a request by the time it is looked at, and keeps what was desired', async () => {
    const runs = await runUntilAnswered((job) => follow(job, createResource({ typeName: QUEUE, desiredState })));
    expect(runs).toBe(2);
    expect(service.resources).toEqual([{ typeName: QUEUE, identifier: 'orders', properties: desiredState }]);
    expect(service.answers.at(-1)?.input.outputVariables).toMatchObject({ Identifier: 'orders', Operation: 'CREATE' });
    expect(service.calls.map(({ operation }) => operation)).toEqual([
      'CreateResource',
      'PutJobSuccessResult',
      'GetResourceRequestStatus',
      'PutJobSuccessResult',
    ]);
  });

  it('tells what AWS gives a resource', async () => {
    let properties: object = {};
    await runUntilAnswered((job) =>
      follow(job, createResource({ typeName: QUEUE, desiredState }), {
        async outcome(queue) {
          properties = await queue.properties();
          return { kind: 'succeeded', details: {} } as never;
        },
      }),
    );
    expect(properties).toEqual({
      ...desiredState,
      QueueUrl: 'orders',
      Arn: 'arn:aws:sqs:us-east-1:123456789012:orders',
    });
  });

  it('changes and deletes what was put there, by the names of the properties', async () => {
    service.putResource(QUEUE, { ...desiredState, VisibilityTimeout: 30 });
    const { identifier } = service.putResource('AWS::Logs::LogGroup', { LogGroupName: 'old' });
    await runUntilAnswered((job) =>
      follow(
        job,
        inOrder([
          ensureResource({ typeName: QUEUE, desiredState }),
          deleteResource({ typeName: 'AWS::Logs::LogGroup', identifier }),
        ]),
      ),
    );
    expect(service.resources.map(({ properties }) => properties)).toEqual([desiredState]);
    expect(service.calls.find(({ operation }) => operation === 'UpdateResource')?.input).toMatchObject({
      PatchDocument: '[{"op":"add","path":"/VisibilityTimeout","value":60}]',
    });
  });

  it.each([
    ['Throttling', false, 'CREATE', 1],
    ['AlreadyExists', false, undefined, 0],
    // Something was left, so that no second one is made.
    ['NotStabilized', true, undefined, 1],
  ] as const)('fails a request with %s, acted: %s', async (errorCode, acted, Operation, count) => {
    service.failRequests({ errorCode, acted });
    await runUntilAnswered((job) => follow(job, createResource({ typeName: QUEUE, desiredState })));
    const { outputVariables, failureDetails } = service.answers.at(-1)?.input ?? {};
    expect(outputVariables?.Operation).toBe(Operation);
    if (Operation === undefined) expect(failureDetails.message).toContain(errorCode);
    expect(service.resources).toHaveLength(count);
  });

  it('refuses a call where that is scripted, and what AWS would refuse', async () => {
    service.script({ errorCode: 'ThrottlingException' });
    await runUntilAnswered((job) =>
      follow(job, createResource({ typeName: QUEUE, desiredState: { ...desiredState, Colour: 'red' } })),
    );
    expect(service.answers.at(-1)?.input.failureDetails.message).toMatch(/Colour/);
    expect(() => service.putResource('AWS::SQS::Nothing', {})).toThrow(/AWS::SQS::Nothing/);
    service.putResource(QUEUE, desiredState);
    expect(() => service.putResource(QUEUE, desiredState)).toThrow(/orders already exists/);
  });

  it('keeps resources of a type without a schema by their names', async () => {
    const typeName = 'AWS::ECS::Cluster';
    await runUntilAnswered((job) => follow(job, createResource({ typeName, desiredState: { ClusterName: 'shop' } })));
    expect(service.resources).toEqual([{ typeName, identifier: 'shop', properties: { ClusterName: 'shop' } }]);
  });

  it('makes the products of an engine, as its launch role', async () => {
    const handler = provisioningEngine({
      provision: (operation) =>
        follow(operation, createResource({ typeName: QUEUE, desiredState }), {
          credentials: () => operation.launchRoleCredentials(),
        }),
      update: () => undefined,
      terminate: () => undefined,
    });
    await handler(operationEvent(operationMessage()), lambdaContext());
    service.advance({ minutes: 1 });
    await handler(continueFrom(service.calls.at(-1), {}), lambdaContext());
    expect(service.answers.at(-1)?.input).toMatchObject({ Status: 'SUCCEEDED' });
    expect(service.resources).toHaveLength(1);
  });
});
