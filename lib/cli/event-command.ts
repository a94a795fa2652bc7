import { createHash } from 'node:crypto';
import { changeSetHookEvent, resourceHookEvent, stackHookEvent } from '../testing/hook-event.ts';
import { operationEvent, operationMessage, parameterParserEvent } from '../testing/operation-event.ts';
import { pipelineJobEvent } from '../testing/pipeline-job-event.ts';
import { actionStartedEvent, executorJobEvent, workerJobEvent } from '../testing/worker-event.ts';
import { workflowStepEvent } from '../testing/workflow-step-event.ts';
import type { Command } from './command.ts';
import { PRODUCT, SALES, type SampleFile, SOURCE } from './event/sample-files.ts';
import { parseOptions } from './parse-options.ts';
import { UsageError } from './usage-error.ts';

interface Sample {
  readonly summary: string;
  /** The page that documents the shape. */
  readonly source: string;
  readonly make: () => unknown;
  /** The files that it names: `ringback invoke` lets the handler read them. */
  readonly files?: readonly SampleFile[];
}

const source = { bucket: 'artifact-bucket', key: 'my-pipeline/Source/TdOSFRV' };
const artifacts = {
  inputArtifacts: [{ name: 'Source', ...source, revision: 'e0c7a3d2' }],
  outputArtifacts: [{ name: 'Manifest', bucket: 'artifact-bucket', key: 'my-pipeline/Manifest/D0YHsJn' }],
};
const LAMBDA_ACTION = 'https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html';

const CUSTOM_ACTION = 'https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-custom-action.html';

const PARTNER_ACTION = 'https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-integrations.html';

const ACTION_EVENTS =
  'https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html';

const ENGINE = 'https://docs.aws.amazon.com/servicecatalog/latest/adminguide/external-engine.html';

const CUSTOM_STEP = 'https://docs.aws.amazon.com/transfer/latest/userguide/custom-step-details.html';

const HOOK =
  'https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/lambda-hooks-create-lambda-function.html';
const PRIVATE = {
  BlockPublicAcls: true,
  BlockPublicPolicy: true,
  IgnorePublicAcls: true,
  RestrictPublicBuckets: true,
};
const BUCKET = { BucketName: 'my-bucket', PublicAccessBlockConfiguration: PRIVATE };
const BUCKET_TEMPLATE = { Resources: { Bucket: { Type: 'AWS::S3::Bucket', Properties: BUCKET } } };

const UPLOAD = { bucket: 'upload-bucket', key: 'myuser/report.csv' };
const product = { bucket: 'sc-1f4e39d8d6ee2486532d12570660174a-us-east-1', key: 'out/7a4b/6041-1732629850224' };
const parserProduct = { ...product, key: 'out/7a4b/6041-1732556832175' };

/** Sample events by name. */
export const samples: Readonly<Record<string, Sample>> = {
  'codepipeline-job': {
    summary: 'a job of a Lambda invoke action',
    source: LAMBDA_ACTION,
    make: () => pipelineJobEvent({ parameters: { url: 'https://example.com/health' }, ...artifacts }),
    files: [{ ...source, content: SOURCE }],
  },
  'codepipeline-continuation': {
    summary: 'the same action again, after an answer with a continuation token',
    source: LAMBDA_ACTION,
    make: () =>
      pipelineJobEvent({
        parameters: { url: 'https://example.com/health' },
        continuationToken: 'rb1:["codepipeline#11111111-abcd-1111-abcd-111111abcdef",2,0,0]',
        ...artifacts,
      }),
    files: [{ ...source, content: SOURCE }],
  },
  'codepipeline-worker-job': {
    summary: 'a job of a custom action, as a job worker hands it to an invocation of its own',
    source: CUSTOM_ACTION,
    make: () => workerJobEvent({ configuration: { url: 'https://example.com/', text: 'Example Domain' } }),
  },
  'codepipeline-third-party-job': {
    summary: "the same of a partner's action, with the client token of its customer",
    source: PARTNER_ACTION,
    make: () => workerJobEvent({ configuration: { url: 'https://example.com/' }, clientToken: 'example-client-token' }),
  },
  'codepipeline-action-started': {
    summary: 'what wakes a job worker: a custom action has started',
    source: ACTION_EVENTS,
    make: () => actionStartedEvent(),
  },
  'codepipeline-executor-job': {
    summary: "what CodePipeline invokes a partner's function with",
    source: PARTNER_ACTION,
    make: () => executorJobEvent({ configuration: { days: 'Sun Mon Tue Wed Thu Fri Sat' } }),
  },
  'servicecatalog-provision': {
    summary: 'a batch with one operation that provisions a product',
    source: ENGINE,
    make: () =>
      operationEvent(
        operationMessage({ artifact: product, parameters: { bucket_name_prefix: 'the-prefix-' }, tags: { team: 'a' } }),
      ),
    files: [{ ...product, content: PRODUCT }],
  },
  'servicecatalog-update': {
    summary: 'a batch with one operation that updates a provisioned product',
    source: ENGINE,
    make: () =>
      operationEvent(
        operationMessage({
          operation: 'UPDATE_PROVISIONED_PRODUCT',
          artifact: product,
          parameters: { bucket_name_prefix: 'another-' },
        }),
      ),
    files: [{ ...product, content: PRODUCT }],
  },
  'servicecatalog-terminate': {
    summary: 'a batch with one operation that terminates a provisioned product',
    source: ENGINE,
    make: () => operationEvent(operationMessage({ operation: 'TERMINATE_PROVISIONED_PRODUCT' })),
  },
  'servicecatalog-parameters': {
    summary: 'what Service Catalog asks a parameter parser',
    source: ENGINE,
    make: () =>
      parameterParserEvent({
        artifact: parserProduct,
        launchRoleArn: 'arn:aws:iam::123456789012:role/ServiceCatalogLaunchRole',
      }),
    files: [{ ...parserProduct, content: PRODUCT }],
  },
  'transfer-step-s3': {
    summary: 'a custom step of a workflow, for a file in a bucket',
    source: CUSTOM_STEP,
    make: () => workflowStepEvent({ file: { ...UPLOAD, eTag: createHash('md5').update(SALES).digest('hex') } }),
    files: [{ ...UPLOAD, content: SALES }],
  },
  'transfer-step-efs': {
    summary: 'a custom step of a workflow, for a file in a file system',
    source: CUSTOM_STEP,
    make: () => workflowStepEvent({ file: { fileSystemId: 'fs-12345678', path: '/myuser/report.csv' } }),
    files: [{ path: '/myuser/report.csv', content: SALES }],
  },
  hook: {
    summary: 'what a Lambda Hook is asked about a resource of a stack',
    source: HOOK,
    make: () => resourceHookEvent({ after: BUCKET }),
  },
  'hook-cloud-control': {
    summary: 'the same of a resource that Cloud Control updates',
    source: HOOK,
    make: () =>
      resourceHookEvent({
        operation: 'CLOUD_CONTROL',
        action: 'UPDATE',
        before: { BucketName: 'my-bucket' },
        after: BUCKET,
      }),
  },
  'hook-stack': {
    summary: 'what a Lambda Hook is asked about a stack; its payload comes along as a data: URL',
    source: HOOK,
    make: () => stackHookEvent({ template: BUCKET_TEMPLATE }),
  },
  'hook-change-set': {
    summary: 'what a Lambda Hook is asked about a change set, its payload the same',
    source: HOOK,
    make: () =>
      changeSetHookEvent({
        template: BUCKET_TEMPLATE,
        changes: [{ logicalId: 'Bucket', type: 'AWS::S3::Bucket', action: 'CREATE', after: { Properties: BUCKET } }],
      }),
  },
};

const WIDTH = Math.max(...Object.keys(samples).map((name) => name.length)) + 2;
const list = Object.entries(samples)
  .map(([name, { summary, source }]) => `  ${name.padEnd(WIDTH)}${summary}\n      ${source}`)
  .join('\n');

/** `ringback event` */
export const eventCommand: Command = {
  help: `
ringback event NAME

Prints a sample of an event as the service sends it. Below each name stands the page that documents the shape.

${list}
`,
  async run(args) {
    const [name] = parseOptions(args, {}, 1).positionals;
    if (name === undefined) throw new UsageError(`name a sample:\n${list}`);
    const sample = Object.hasOwn(samples, name) ? samples[name] : undefined;
    if (sample === undefined) throw new UsageError(`there is no sample "${name}"; there are:\n${list}`);
    process.stdout.write(`${JSON.stringify(sample.make(), null, 2)}\n`);
    return 0;
  },
};
