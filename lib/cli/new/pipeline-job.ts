import type { HandlerKind, HandlerNames } from './kind.ts';
import { recordedPipeline } from './recorded-pipeline.ts';
import type { TestRunner } from './test-runner.ts';

/** A job of a CodePipeline Lambda action. */
export const pipelineJobKind: HandlerKind = {
  summary: 'a job of a CodePipeline Lambda action',
  given: '`stage` is a stage of the pipeline',
  events: ({ file }) => ({ [`handlers/${file}.ts`]: 'codepipeline-job' }),
  files: ({ file }) => ({ [`handlers/${file}.ts`]: handlerSource }),
  test: testSource,
  infra: ({ file, variable, construct }) => `
import { PipelineJobFunction } from 'ringback/infra';

const ${variable}Job = new PipelineJobFunction(this, '${construct}', { entry: 'handlers/${file}.ts' });
stage.addAction(
  ${variable}Job.action({ actionName: '${construct}', userParameters: { url: 'https://example.com/' } }),
);
`,
};

const handlerSource = `
import { ConfigurationError, fail, pipelineJob, succeed } from 'ringback/codepipeline';

/** Lets the pipeline go on if an address answers well. UserParameters: {"url": "https://..."} */
export const handler = pipelineJob<{ url?: string }>(
  async (job) => {
    const { url } = job.parameters;
    if (!url) throw new ConfigurationError('UserParameters need a "url"');
    const response = await fetch(url, { signal: job.signal });
    job.log.info('asked', { url, status: response.status });
    if (!response.ok) return fail(\`\${url} answered \${response.status}\`);
    return succeed({ variables: { Status: response.status }, summary: \`\${url} is well\` });
  },
  { parameters: 'json' },
);
`;

function testSource({ file }: HandlerNames, { imports, equal, handler }: TestRunner): string {
  return `
${imports('afterEach', 'beforeEach', 'test')}import { lambdaContext, pipelineJobEvent, type RecordingService, recordAnswers } from 'ringback/testing';
import { handler } from '${handler(file)}';

const url = 'https://shop.example/health';
${recordedPipeline}

/** The one answer that the pipeline gets for a job with these parameters. */
async function answer(parameters: Record<string, string>) {
  await handler(pipelineJobEvent({ parameters }), lambdaContext());
  ${equal('pipeline.answers.length', '1')}
  return pipeline.answers[0];
}

test('succeeds when the address is well', async () => {
  globalThis.fetch = async () => new Response('fine', { status: 200 });
  const { operation, input } = (await answer({ url })) ?? {};
  ${equal('[operation, input?.outputVariables]', "['PutJobSuccessResult', { Status: '200' }]")}
});

test('fails when it is not', async () => {
  globalThis.fetch = async () => new Response('busy', { status: 503 });
  const { input } = (await answer({ url })) ?? {};
  ${equal('input?.failureDetails', `{ type: 'JobFailed', message: 'https://shop.example/health answered 503' }`)}
});

test('says what is missing in UserParameters', async () => {
  const { input } = (await answer({})) ?? {};
  ${equal('input?.failureDetails', "{ type: 'ConfigurationError', message: 'UserParameters need a \"url\"' }")}
});
`;
}
