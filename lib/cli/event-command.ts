import { pipelineJobEvent } from '../testing/pipeline-job-event.ts';
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
};

const list = Object.entries(samples)
  .map(([name, { summary }]) => `  ${name.padEnd(28)}${summary}`)
  .join('\n');

/** `ringback event` */
export const eventCommand: Command = {
  name: 'event',
  summary: 'print a sample event',
  help: `
ringback event NAME

Prints a sample of an event as the service sends it. Where the shape is documented stands in docs/events.md.

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
