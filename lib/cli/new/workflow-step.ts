import type { HandlerKind, HandlerNames } from './kind.ts';
import type { TestRunner } from './test-runner.ts';

/** A custom step of a Transfer Family workflow. */
export const workflowStepKind: HandlerKind = {
  summary: 'a custom step of a Transfer Family workflow',
  given: '`uploads` is the bucket that a server writes to, and `server` that CfnServer',
  events: ({ file }) => ({ [`handlers/${file}.ts`]: 'transfer-step-s3' }),
  files: ({ file }) => ({ [`handlers/${file}.ts`]: handlerSource }),
  test: testSource,
  infra: ({ file, variable, construct }) => `
import { TransferWorkflow, WorkflowStepFunction } from 'ringback/infra';

const ${variable}Step = new WorkflowStepFunction(this, '${construct}', { entry: 'handlers/${file}.ts' });
${variable}Step.readsFrom(uploads);
const ${variable}Workflow = new TransferWorkflow(this, '${construct}Workflow', {
  uploads: [{ bucket: uploads }],
  steps: [${variable}Step.step({ name: 'check' })],
});
server.workflowDetails = ${variable}Workflow.workflowDetails;
`,
};

const handlerSource = `
import { fail, succeed, workflowStep } from 'ringback/transfer';

const COLUMNS = 'day,customer,amount';

/** Lets an uploaded CSV file pass if it has the columns that were agreed, and a value for each in every line. */
export const handler = workflowStep(async (step) => {
  const { name } = step.file;
  // In memory, so 10 MiB at most: step.file.stream() reads any size.
  const [header, ...lines] = (await step.file.text()).trimEnd().split(/\\r?\\n/);
  if (header !== COLUMNS) return fail(\`\${name} must begin with \${COLUMNS}, but begins with \${header}\`);
  const wrong = lines.findIndex((line) => line.split(',').length !== COLUMNS.split(',').length);
  if (wrong !== -1) return fail(\`\${name}, line \${wrong + 2} does not have the values of \${COLUMNS}: \${lines[wrong]}\`);
  if (lines.length === 0) return fail(\`\${name} holds no records\`);
  return succeed({ summary: \`\${lines.length} records\` });
});
`;

function testSource({ file }: HandlerNames, { imports, equal, handler }: TestRunner): string {
  return `
${imports('afterEach', 'beforeEach', 'test')}import { lambdaContext, type RecordingService, recordAnswers, workflowStepEvent } from 'ringback/testing';
import { handler } from '${handler(file)}';

let service: RecordingService;

beforeEach(async () => {
  service = await recordAnswers();
});
afterEach(() => service.close());

const uploads = [
  ['day,customer,amount\\n2026-11-20,ada,12.50\\n', 'SUCCESS'],
  ['day,amount\\n2026-11-20,12.50\\n', 'FAILURE'],
  ['day,customer,amount\\n2026-11-20,ada\\n', 'FAILURE'],
  ['day,customer,amount\\n', 'FAILURE'],
] as const;

for (const [content, status] of uploads) {
  test(\`answers an upload of \${JSON.stringify(content)} with \${status}\`, async () => {
    const file = service.putObject('uploads', 'ada/sales.csv', content);
    await handler(workflowStepEvent({ file }), lambdaContext());
    const told = service.answers.map(({ operation, input }) => [operation, input.Status]);
    ${equal('told', "[['SendWorkflowStepState', status]]")}
  });
}
`;
}
