import type { HandlerKind, HandlerNames } from './kind.ts';
import { recordedPipeline } from './recorded-pipeline.ts';
import type { TestRunner } from './test-runner.ts';

/** The job worker of a custom action type. */
export const jobWorkerKind: HandlerKind = {
  summary: 'the job worker of a custom action type in CodePipeline',
  given: '`stage` is a stage of the pipeline',
  events: ({ file }) => ({ [`handlers/${file}.ts`]: 'codepipeline-worker-job' }),
  files: (names) => ({ [`handlers/${names.file}.ts`]: handlerSource(names) }),
  test: testSource,
  infra: ({ file, variable, construct }) => `
import { CustomActionWorker } from 'ringback/infra';

const ${variable}Worker = new CustomActionWorker(this, '${construct}', {
  entry: 'handlers/${file}.ts',
  actionType: {
    category: 'Test',
    provider: '${construct}',
    properties: [{ name: 'url', key: true }, { name: 'text' }],
  },
});
stage.addAction(
  ${variable}Worker.action({
    actionName: '${construct}',
    configuration: { url: 'https://example.com/', text: 'Example Domain' },
  }),
);
`,
};

const handlerSource = ({ construct }: HandlerNames) => `
import { continueAfter, fail, jobWorker, succeed } from 'ringback/codepipeline';

/** Waits until a page shows what was deployed. The action's configuration: url, and the text to find, such as a version. */
export const handler = jobWorker<Record<string, string>, { attempt: number }>(
  async (job) => {
    const { url = '', text = '' } = job.parameters;
    const attempt = (job.state?.attempt ?? 0) + 1;
    const response = await fetch(url, { signal: job.signal });
    const found = response.ok && (await response.text()).includes(text);
    job.log.info('asked', { url, attempt, status: response.status, found });
    if (found) return succeed({ variables: { Attempts: attempt }, summary: \`\${url} shows \${text}\` });
    if (attempt === 30) return fail(\`\${url} does not show \${text} after \${attempt} minutes\`);
    return continueAfter({ minutes: 1 }, { attempt });
  },
  { actionType: { category: 'Test', provider: '${construct}' } },
);
`;

function testSource({ file }: HandlerNames, { imports, equal, handler }: TestRunner): string {
  return `
${imports('afterEach', 'beforeEach', 'test')}import { continueFrom, lambdaContext, type RecordingService, recordAnswers, workerJobEvent } from 'ringback/testing';
import { handler } from '${handler(file)}';

const configuration = { url: 'https://shop.example/', text: 'version 42' };
${recordedPipeline}

test('acknowledges the job, and succeeds when the page shows the text', async () => {
  globalThis.fetch = async () => new Response('this is version 42');
  await handler(workerJobEvent({ configuration }), lambdaContext());
  ${equal('pipeline.calls.map(({ operation }) => operation)', "['AcknowledgeJob', 'PutJobSuccessResult']")}
  ${equal('pipeline.answers[0]?.input.outputVariables', "{ Attempts: '1' }")}
});

test('comes back in a minute when it does not yet', async () => {
  globalThis.fetch = async () => new Response('this is version 41');
  await handler(workerJobEvent({ configuration }), lambdaContext());
  const { operation, input } = pipeline.answers[0] ?? {};
  ${equal('[operation, typeof input?.continuationToken]', "['PutJobSuccessResult', 'string']")}
});

test('fails at the thirtieth try', async () => {
  globalThis.fetch = async () => new Response('this is version 41');
  let event: object = workerJobEvent({ configuration });
  for (let attempt = 1; attempt <= 30; attempt += 1) {
    await handler(event, lambdaContext());
    if (attempt === 30) break;
    event = continueFrom(pipeline.answers.at(-1), event);
    pipeline.advance({ minutes: 1 });
  }
  const { operation, input } = pipeline.answers[29] ?? {};
  ${equal('[operation, input?.failureDetails.message]', "['PutJobFailureResult', 'https://shop.example/ does not show version 42 after 30 minutes']")}
});
`;
}
