import type { HandlerKind } from './kind.ts';
import { recordedPipeline } from './recorded-pipeline.ts';

/** A job of a CodePipeline Lambda action. */
export const pipelineJobKind: HandlerKind = {
  summary: 'a job of a CodePipeline Lambda action',
  given: '`stage` is a stage of the pipeline',
  events: ({ file }) => ({ [`handlers/${file}.ts`]: 'codepipeline-job' }),
  files: ({ file }) => ({
    [`handlers/${file}.ts`]: handlerSource,
    // `.js` is understood with every module setting of TypeScript; .ts needs allowImportingTsExtensions.
    [`test/${file}.test.ts`]: testSource(file),
  }),
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

const testSource = (file: string) => `
import { lambdaContext, pipelineJobEvent, type RecordingService, recordAnswers } from 'ringback/testing';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { handler } from '../handlers/${file}.js';

const url = 'https://shop.example/health';
${recordedPipeline}

test('succeeds when the address is well', async () => {
  vi.stubGlobal('fetch', async () => new Response('fine', { status: 200 }));
  await handler(pipelineJobEvent({ parameters: { url } }), lambdaContext());
  expect(pipeline.answers).toMatchObject([
    { operation: 'PutJobSuccessResult', input: { outputVariables: { Status: '200' } } },
  ]);
});

test('fails when it is not', async () => {
  vi.stubGlobal('fetch', async () => new Response('busy', { status: 503 }));
  await handler(pipelineJobEvent({ parameters: { url } }), lambdaContext());
  expect(pipeline.answers).toMatchObject([
    { operation: 'PutJobFailureResult', input: { failureDetails: { message: \`\${url} answered 503\` } } },
  ]);
});

test('says what is missing in UserParameters', async () => {
  await handler(pipelineJobEvent({ parameters: {} }), lambdaContext());
  expect(pipeline.answers).toMatchObject([
    { operation: 'PutJobFailureResult', input: { failureDetails: { type: 'ConfigurationError' } } },
  ]);
});
`;
