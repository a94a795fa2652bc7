import { pipelineJob, succeed } from 'ringback/codepipeline';
import { provisioningEngine } from 'ringback/servicecatalog';
import {
  lambdaContext,
  operationEvent,
  pipelineJobEvent,
  type RecordingService,
  recordAnswers,
  workflowStepEvent,
} from 'ringback/testing';
import { workflowStep } from 'ringback/transfer';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { changeEnvironment } from '../../../lib/testing/environment-change.ts';

let service: RecordingService;
let restore: () => void;
beforeEach(async () => {
  service = await recordAnswers();
  // Nobody is asked for others where the environment has lost them.
  restore = changeEnvironment(process.env, { AWS_EC2_METADATA_DISABLED: 'true', AWS_PROFILE: 'none-of-that-name' });
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation(() => undefined);
  }
});
afterEach(async () => {
  vi.restoreAllMocks();
  restore();
  await service.close();
});

/** What logic does to the environment of its process, for a program that it starts. */
const CHANGES: readonly [what: string, change: () => void][] = [
  [
    'loses its keys',
    () => {
      delete process.env.AWS_ACCESS_KEY_ID;
      delete process.env.AWS_SECRET_ACCESS_KEY;
    },
  ],
  ['gets the endpoint of another cloud', () => Object.assign(process.env, { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' })],
  [
    'gets endpoints that are none',
    () => {
      const services = ['CODEPIPELINE', 'TRANSFER', 'SERVICE_CATALOG'];
      for (const id of services) process.env[`AWS_ENDPOINT_URL_${id}`] = 'nonsense';
    },
  ],
];

/** Makes the change within a test, after which everything is as it was. */
function changing(change: () => void): void {
  const before = { ...process.env };
  change();
  const put = restore;
  restore = () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    put();
  };
}

describe.each(CHANGES)('where the environment %s while the logic runs', (_what, change) => {
  it('a job is answered all the same', async () => {
    const handler = pipelineJob(() => {
      changing(change);
      return succeed({ summary: 'done' });
    });
    await handler(pipelineJobEvent(), lambdaContext({ timeoutMs: 2_000 }));
    expect(service.answers).toMatchObject([{ operation: 'PutJobSuccessResult' }]);
  });

  it('a step is', async () => {
    const handler = workflowStep(() => changing(change));
    await handler(workflowStepEvent(), lambdaContext({ timeoutMs: 2_000 }));
    expect(service.answers).toMatchObject([{ input: { Status: 'SUCCESS' } }]);
  });

  it('an operation is', async () => {
    const logic = () => changing(change);
    const handler = provisioningEngine({ provision: logic, update: logic, terminate: logic });
    await handler(operationEvent(), lambdaContext({ timeoutMs: 2_000 }));
    expect(service.answers).toMatchObject([{ input: { Status: 'SUCCEEDED' } }]);
  });

  it('a function answers its later jobs, too, as what it was started as', async () => {
    changing(() => Object.assign(process.env, { AWS_LAMBDA_RUNTIME_API: '127.0.0.1:1' }));
    const handler = pipelineJob(() => changing(change));
    for (let job = 0; job < 3; job++) await handler(pipelineJobEvent(), lambdaContext({ timeoutMs: 2_000 }));
    expect(service.answers.map(({ operation }) => operation)).toEqual(Array(3).fill('PutJobSuccessResult'));
  });
});

it('a process that is no function takes what its environment has when a job comes', async () => {
  const handler = pipelineJob(() => undefined);
  await handler(pipelineJobEvent(), lambdaContext());
  await using other = await recordAnswers();
  await handler(pipelineJobEvent(), lambdaContext());
  expect([service.answers.length, other.answers.length]).toEqual([1, 1]);
});
