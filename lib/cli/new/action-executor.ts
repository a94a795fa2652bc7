import type { HandlerKind } from './kind.ts';

/** The function of a partner's action type in the Lambda integration model. */
export const actionExecutorKind: HandlerKind = {
  summary: "the function that CodePipeline invokes for a partner's action type",
  events: ({ file }) => ({ [`handlers/${file}.ts`]: 'codepipeline-executor-job' }),
  files: ({ file }) => ({
    [`handlers/${file}.ts`]: handlerSource,
    [`test/${file}.test.ts`]: testSource(file),
  }),
  infra: ({ file, variable, construct }) => `
import { CfnOutput } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CallbackFunction } from 'ringback/infra';

const ${variable}Executor = new CallbackFunction(this, '${construct}', {
  entry: 'handlers/${file}.ts',
});
${variable}Executor.addPermission('CodePipeline', {
  principal: new ServicePrincipal('codepipeline.amazonaws.com'),
});
// CodePipeline's service team registers the type, with the properties days, from and to: name them this function.
new CfnOutput(this, '${construct}Arn', { value: ${variable}Executor.functionArn });
`,
};

const handlerSource = `
import { actionExecutor, continueAfter, succeed } from 'ringback/codepipeline';

/** Holds a pipeline until the next time window, in UTC. Configuration: days ("Mon Tue"), from ("08:00"), to ("16:00"). */
export const handler = actionExecutor((job) => {
  const { days = '', from = '00:00', to = '24:00' } = job.parameters;
  const now = new Date();
  const day = now.toLocaleDateString('en-US', { weekday: 'short', timeZone: 'UTC' });
  const time = now.toISOString().slice(11, 16);
  if (days.includes(day) && from <= time && time < to) {
    return succeed({ variables: { OpenedAt: now.toISOString() }, summary: \`open on \${day} at \${time} UTC\` });
  }
  return continueAfter({ minutes: 1 }, undefined, { summary: \`closed until \${days}, \${from} to \${to} UTC\` });
});
`;

const testSource = (file: string) => `
import { executorJobEvent, lambdaContext } from 'ringback/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { handler } from '../handlers/${file}.js';

const configuration = { days: 'Mon Tue Wed Thu', from: '08:00', to: '16:00' };
const answerAt = (now: string) => {
  vi.useFakeTimers({ now: new Date(now), toFake: ['Date'] });
  return handler(executorJobEvent({ configuration }), lambdaContext());
};
beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'us-east-1');
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

test('lets the pipeline go on within the window', async () => {
  expect(await answerAt('2026-11-19T15:59:00Z')).toMatchObject({
    result: 'Success',
    status: { summary: 'open on Thu at 15:59 UTC' },
    outputVariables: { OpenedAt: '2026-11-19T15:59:00.000Z' },
  });
});

test.each(['2026-11-19T07:59:00Z', '2026-11-19T16:00:00Z', '2026-11-20T12:00:00Z'])('waits at %s', async (now) => {
  expect(await answerAt(now)).toMatchObject({
    result: 'Continue',
    continuation: expect.any(String),
    status: { summary: 'closed until Mon Tue Wed Thu, 08:00 to 16:00 UTC' },
  });
});
`;
