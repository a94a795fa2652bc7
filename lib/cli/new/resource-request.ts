import type { HandlerKind, HandlerNames } from './kind.ts';
import { recordedPipeline } from './recorded-pipeline.ts';
import type { TestRunner } from './test-runner.ts';

/** A job of a CodePipeline Lambda action whose work is a request of Cloud Control. */
export const resourceRequestKind: HandlerKind = {
  summary: 'a job of a CodePipeline Lambda action that follows a Cloud Control request',
  given: '`stage` is a stage of the pipeline',
  events: ({ file }) => ({ [`handlers/${file}.ts`]: 'codepipeline-job' }),
  files: ({ file }) => ({ [`handlers/${file}.ts`]: handlerSource }),
  test: testSource,
  infra: ({ file, variable, construct }) => `
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CloudControlPolicy, PipelineJobFunction } from 'ringback/infra';

const ${variable}Job = new PipelineJobFunction(this, '${construct}', { entry: 'handlers/${file}.ts' });
if (${variable}Job.role) new CloudControlPolicy(this, '${construct}Requests', { role: ${variable}Job.role });
// What the handlers of the type do; the schema of the type lists it.
const parameter = this.formatArn({ service: 'ssm', resource: 'parameter', resourceName: 'shop/release' });
${variable}Job.addToRolePolicy(
  new PolicyStatement({
    actions: ['ssm:AddTagsToResource', 'ssm:GetParameters', 'ssm:PutParameter', 'ssm:RemoveTagsFromResource'],
    resources: [parameter],
  }),
);
stage.addAction(${variable}Job.action({ actionName: '${construct}', userParameters: { release: '2026-11-20' } }));
`,
};

const handlerSource = `
import { ensureResource, follow } from 'ringback/cloudcontrol';
import { pipelineJob } from 'ringback/codepipeline';

/** Brings a parameter of Systems Manager to its desired state. UserParameters: {"release": "..."} */
export const handler = pipelineJob<{ release?: string }>(
  (job) => {
    const { release: Value = 'none' } = job.parameters;
    const desiredState = { Name: '/shop/release', Type: 'String', Value };
    return follow(job, ensureResource({ typeName: 'AWS::SSM::Parameter', desiredState }));
  },
  // The same work is the same request: to run it again after a death goes on with it.
  { parameters: 'json', onCrash: 'retry' },
);
`;

function testSource({ file }: HandlerNames, { imports, equal, handler }: TestRunner): string {
  return `
${imports('afterEach', 'beforeEach', 'test')}import { continueFrom, lambdaContext, pipelineJobEvent, type RecordingService, recordAnswers } from 'ringback/testing';
import { handler } from '${handler(file)}';

const typeName = 'AWS::SSM::Parameter';
const desired = { Name: '/shop/release', Type: 'String', Value: '2026-11-20' };
${recordedPipeline}

/** The answer to a job that asked for a request, and came again to look at it. */
async function answer() {
  const event = pipelineJobEvent({ parameters: { release: '2026-11-20' } });
  await handler(event, lambdaContext());
  pipeline.advance({ minutes: 1 });
  await handler(continueFrom(pipeline.answers.at(-1), event), lambdaContext());
  return pipeline.answers.at(-1);
}

test('creates the parameter', async () => {
  const { input } = (await answer()) ?? {};
  ${equal('input?.outputVariables.Operation', "'CREATE'")}
  ${equal('pipeline.resources', "[{ typeName, identifier: '/shop/release', properties: desired }]")}
});

test('changes the one that is there', async () => {
  pipeline.putResource(typeName, { ...desired, Value: '2026-11-13' });
  const { input } = (await answer()) ?? {};
  ${equal('input?.outputVariables.Operation', "'UPDATE'")}
  ${equal('pipeline.resources.map(({ properties }) => properties)', '[desired]')}
});

test('fails with the code of AWS', async () => {
  pipeline.failRequests({ errorCode: 'ServiceLimitExceeded' });
  const { operation, input } = (await answer()) ?? {};
  ${equal('operation', "'PutJobFailureResult'")}
  ${equal("String(input?.failureDetails.message).includes('ServiceLimitExceeded')", 'true')}
});
`;
}
