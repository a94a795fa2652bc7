import { operationEvent, operationMessage, parameterParserEvent } from '../testing/operation-event.ts';
import { pipelineJobEvent } from '../testing/pipeline-job-event.ts';
import { workflowStepEvent } from '../testing/workflow-step-event.ts';
import type { Command } from './command.ts';
import { parseOptions } from './parse-options.ts';
import { UsageError } from './usage-error.ts';

interface Sample {
  readonly summary: string;
  /** The page that documents the shape. */
  readonly source: string;
  readonly make: () => unknown;
}

const artifacts = {
  inputArtifacts: [
    { name: 'Source', bucket: 'artifact-bucket', key: 'my-pipeline/Source/TdOSFRV', revision: 'e0c7a3d2' },
  ],
  outputArtifacts: [{ name: 'Manifest', bucket: 'artifact-bucket', key: 'my-pipeline/Manifest/D0YHsJn' }],
};
const LAMBDA_ACTION = 'https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html';

const ENGINE = 'https://docs.aws.amazon.com/servicecatalog/latest/adminguide/external-engine.html';

const CUSTOM_STEP = 'https://docs.aws.amazon.com/transfer/latest/userguide/custom-step-details.html';

/** Sample events by name. */
export const samples: Readonly<Record<string, Sample>> = {
  'codepipeline-job': {
    summary: 'a job of a Lambda invoke action',
    source: LAMBDA_ACTION,
    make: () => pipelineJobEvent({ parameters: { url: 'https://example.com/health' }, ...artifacts }),
  },
  'codepipeline-continuation': {
    summary: 'the same action again, after an answer with a continuation token',
    source: LAMBDA_ACTION,
    make: () =>
      pipelineJobEvent({
        parameters: { url: 'https://example.com/health' },
        continuationToken: 'rb1:{"n":2,"b":0,"s":{"attempt":1}}',
        ...artifacts,
      }),
  },
  'servicecatalog-provision': {
    summary: 'a batch with one operation that provisions a product',
    source: ENGINE,
    make: () =>
      operationEvent(operationMessage({ parameters: { bucket_name_prefix: 'the-prefix-' }, tags: { team: 'a' } })),
  },
  'servicecatalog-update': {
    summary: 'a batch with one operation that updates a provisioned product',
    source: ENGINE,
    make: () =>
      operationEvent(
        operationMessage({ operation: 'UPDATE_PROVISIONED_PRODUCT', parameters: { bucket_name_prefix: 'another-' } }),
      ),
  },
  'servicecatalog-terminate': {
    summary: 'a batch with one operation that terminates a provisioned product',
    source: ENGINE,
    make: () => operationEvent(operationMessage({ operation: 'TERMINATE_PROVISIONED_PRODUCT' })),
  },
  'servicecatalog-parameters': {
    summary: 'what Service Catalog asks a parameter parser',
    source: ENGINE,
    make: () => parameterParserEvent({ launchRoleArn: 'arn:aws:iam::123456789012:role/ServiceCatalogLaunchRole' }),
  },
  'transfer-step-s3': {
    summary: 'a custom step of a workflow, for a file in a bucket',
    source: CUSTOM_STEP,
    make: () => workflowStepEvent(),
  },
  'transfer-step-efs': {
    summary: 'a custom step of a workflow, for a file in a file system',
    source: CUSTOM_STEP,
    make: () => workflowStepEvent({ file: { fileSystemId: 'fs-12345678', path: '/myuser/report.csv' } }),
  },
};

const list = Object.entries(samples)
  .map(([name, { summary, source }]) => `  ${name.padEnd(28)}${summary}\n  ${' '.repeat(28)}${source}`)
  .join('\n');

/** `ringback event` */
export const eventCommand: Command = {
  name: 'event',
  summary: 'print a sample event',
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
