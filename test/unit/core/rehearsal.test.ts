import { expect, it } from 'vitest';
import { jobSample } from '../../../lib/codepipeline/pipeline-job.ts';
import { rehearse } from '../../../lib/core/rehearsal.ts';
import { environmentRuntime } from '../../../lib/core/runtime.ts';
import { type Sample, withoutTask } from '../../../lib/core/sample.ts';
import { operationSample } from '../../../lib/servicecatalog/provisioning-engine.ts';
import { services } from '../../../lib/services.ts';
import { stepSample } from '../../../lib/transfer/workflow-step.ts';

const env = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00',
  AWS_SECRET_ACCESS_KEY: 'example',
  // Whoever asked it would be refused.
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
};

const parse = () => {
  throw new Error('no event is read in a rehearsal');
};

it.each<[string, Sample]>([
  ...services.map((service): [string, Sample] => [service.name, withoutTask({ ...service, parse })]),
  ['a job, its parameters and its artifacts', jobSample()],
  ['a step and its file', stepSample()],
  ['an operation, its parameters and its artifact', operationSample()],
])('rehearses every step of an answer to %s, up to a success that is told', async (_name, sample) => {
  const provide = environmentRuntime(env);
  const listeners = process.listeners('uncaughtException');
  const answer = await rehearse(sample, provide(), 'Ledger');
  expect(answer).toMatchObject({
    kind: 'reported',
    decision: { kind: 'succeeded' },
    alreadySettled: false,
    retries: 0,
  });
  expect(process.listeners('uncaughtException')).toEqual(listeners);
});

it.each([
  ['three times', undefined, 3],
  ['no further time when the init phase is over', new AbortController(), 1],
])('rehearses %s', async (_what, bound, expected) => {
  const sample = jobSample();
  let times = 0;
  const parse: Sample['service']['parse'] = (event, origin) => {
    times++;
    bound?.abort();
    return sample.service.parse(event, origin);
  };
  const watched = { ...sample, service: { ...sample.service, parse } };
  await rehearse(watched, environmentRuntime(env)(), 'Ledger', bound?.signal);
  expect(times).toBe(expected);
});

it.each([
  ['a job', jobSample()],
  ['a step', stepSample()],
  ['an operation', operationSample()],
])('rehearses how the task of %s is made', async (_name, sample) => {
  let task: unknown;
  const { service } = sample;
  const watched: Sample['service'] = {
    ...service,
    parse(event, origin) {
      const parsed = service.parse(event, origin);
      const createTask: typeof parsed.createTask = async (parts) => {
        task = await parsed.createTask(parts);
        return task;
      };
      return { ...parsed, createTask };
    },
  };
  await rehearse({ ...sample, service: watched }, environmentRuntime(env)(), 'Ledger');
  expect(task).toBeTypeOf('object');
});
