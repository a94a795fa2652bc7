import type { HandlerKind, HandlerNames } from './kind.ts';
import { recordedPipeline } from './recorded-pipeline.ts';
import type { TestRunner } from './test-runner.ts';

/** The job worker of a partner's action type. */
export const thirdPartyJobWorkerKind: HandlerKind = {
  summary: "the job worker of a partner's action type in CodePipeline",
  events: ({ file }) => ({ [`handlers/${file}.ts`]: 'codepipeline-third-party-job' }),
  files: (names) => ({ [`handlers/${names.file}.ts`]: handlerSource(names) }),
  test: testSource,
  infra: ({ file, variable, construct }) => `
import { CfnOutput, SecretValue } from 'aws-cdk-lib';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ThirdPartyActionWorker } from 'ringback/infra';

// A JSON object: each customer's client token by its client id. Empty until the first one connects.
const ${variable}Tokens = new Secret(this, '${construct}Tokens', {
  secretStringValue: SecretValue.unsafePlainText('{}'),
});
const ${variable}Worker = new ThirdPartyActionWorker(this, '${construct}', {
  entry: 'handlers/${file}.ts',
  clientTokenSecret: ${variable}Tokens as ISecret,
  environment: { CLIENT_TOKEN_SECRET: ${variable}Tokens.secretArn },
  actionType: { category: 'Test', provider: '${construct}', properties: [{ name: 'url', key: true }] },
});
// CodePipeline's service team registers the type: send them this.
new CfnOutput(this, '${construct}ActionType', {
  value: this.toJsonString(${variable}Worker.declaration),
});
`,
};

const handlerSource = ({ construct }: HandlerNames) => `
import { fail, succeed, thirdPartyJobWorker } from 'ringback/codepipeline';

const WANTED = ['content-security-policy', 'strict-transport-security', 'x-content-type-options'];

/** Checks that a customer's site sends the headers that protect its visitors. The action's configuration: url. */
export const handler = thirdPartyJobWorker(
  async (job) => {
    const { url = '' } = job.parameters;
    const { headers } = await fetch(url, { signal: job.signal });
    const missing = WANTED.filter((name) => !headers.has(name));
    job.log.info('asked', { url, pipeline: job.pipelineContext.pipelineName, missing });
    if (missing.length > 0) return fail(\`\${url} lacks \${missing.join(', ')}\`);
    return succeed({ summary: \`\${url} sends \${WANTED.join(', ')}\` });
  },
  {
    actionType: { category: 'Test', provider: '${construct}' },
    clientTokens: { secretId: process.env['CLIENT_TOKEN_SECRET'] ?? '${construct}/client-tokens' },
  },
);
`;

function testSource({ file }: HandlerNames, { imports, equal, handler }: TestRunner): string {
  return `
${imports('afterEach', 'beforeEach', 'test')}import { lambdaContext, type RecordingService, recordAnswers, workerJobEvent } from 'ringback/testing';
import { handler } from '${handler(file)}';

const job = { configuration: { url: 'https://shop.example/' }, clientToken: 'the token of a customer' };
const headers = {
  'content-security-policy': "default-src 'self'",
  'strict-transport-security': 'max-age=63072000',
  'x-content-type-options': 'nosniff',
};
${recordedPipeline}

test("acknowledges the job and answers it with the customer's token", async () => {
  globalThis.fetch = async () => new Response('', { headers });
  await handler(workerJobEvent(job), lambdaContext());
  const told = pipeline.calls.map(({ operation, input }) => [operation, input.clientToken]);
  ${equal(
    'told',
    `[
    ['AcknowledgeThirdPartyJob', job.clientToken],
    ['PutThirdPartyJobSuccessResult', job.clientToken],
  ]`,
  )}
});

test('names the headers that are missing', async () => {
  const { 'x-content-type-options': _, ...others } = headers;
  globalThis.fetch = async () => new Response('', { headers: others });
  await handler(workerJobEvent(job), lambdaContext());
  const { operation, input } = pipeline.answers[0] ?? {};
  ${equal('operation', "'PutThirdPartyJobFailureResult'")}
  ${equal(
    'input?.failureDetails',
    `{
    type: 'JobFailed',
    message: 'https://shop.example/ lacks x-content-type-options',
  }`,
  )}
});
`;
}
