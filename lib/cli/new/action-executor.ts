import type { HandlerKind, HandlerNames } from './kind.ts';
import type { TestRunner } from './test-runner.ts';

/** The function of a partner's action type in the Lambda integration model. */
export const actionExecutorKind: HandlerKind = {
  summary: "the function that CodePipeline invokes for a partner's action type",
  events: ({ file }) => ({ [`handlers/${file}.ts`]: 'codepipeline-executor-job' }),
  files: ({ file }) => ({ [`handlers/${file}.ts`]: handlerSource }),
  test: testSource,
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

/** A time window, in UTC: days such as "Mon Tue", from such as "08:00", to such as "16:00". */
type Window = Partial<Record<'days' | 'from' | 'to', string>>;

/** Tells whether a moment is within the window. */
export function isOpen({ days = '', from = '00:00', to = '24:00' }: Window, now: Date): boolean {
  const day = now.toLocaleDateString('en-US', { weekday: 'short', timeZone: 'UTC' });
  const time = now.toISOString().slice(11, 16);
  return days.includes(day) && from <= time && time < to;
}

/** Holds a pipeline until the next time window. The action's configuration: days, from and to. */
export const handler = actionExecutor((job) => {
  const { days = '', from = '00:00', to = '24:00' } = job.parameters;
  const now = new Date();
  if (isOpen(job.parameters, now)) return succeed({ variables: { OpenedAt: now.toISOString() }, summary: 'open' });
  return continueAfter({ minutes: 1 }, undefined, { summary: \`closed until \${days}, \${from} to \${to} UTC\` });
});
`;

function testSource({ file }: HandlerNames, { imports, equal, handler }: TestRunner): string {
  return `
${imports('beforeEach', 'test')}import { executorJobEvent, lambdaContext } from 'ringback/testing';
import { handler, isOpen } from '${handler(file)}';

const configuration = { days: 'Mon Tue Wed Thu', from: '08:00', to: '16:00' };
const answer = (given: Record<string, string>) => handler(executorJobEvent({ configuration: given }), lambdaContext());
beforeEach(() => {
  process.env['AWS_REGION'] = 'us-east-1';
});

test('is open within the window, and closed out of it', () => {
  const moments = ['2026-11-19T15:59:00Z', '2026-11-19T07:59:00Z', '2026-11-19T16:00:00Z', '2026-11-20T12:00:00Z'];
  const open = moments.map((moment) => isOpen(configuration, new Date(moment)));
  ${equal('open', '[true, false, false, false]')}
});

test('lets the pipeline go on when the window is open', async () => {
  const { result } = await answer({ days: 'Mon Tue Wed Thu Fri Sat Sun' });
  ${equal('result', "'Success'")}
});

test('waits when it is closed', async () => {
  const { result, status } = await answer({ ...configuration, days: '' });
  ${equal('result', "'Continue'")}
  ${equal('status?.summary', "'closed until , 08:00 to 16:00 UTC'")}
});
`;
}
