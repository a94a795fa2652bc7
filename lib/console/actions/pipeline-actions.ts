import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { ApiError } from '../api/api-error.ts';
import type { ConsoleParts } from '../api/console-parts.ts';
import { type ActionBody, filesOf, type GivenFile, optionalText, textOf, wordOf } from './action-input.ts';
import { developer } from './developer.ts';

interface SourceAction {
  readonly actionTypeId: { readonly owner: string; readonly provider: string };
  readonly configuration: Readonly<Record<string, string>>;
}

interface StartedExecution {
  readonly pipelineExecutionId: string;
}

/** How long the rule of a source is waited for that starts the pipeline by itself, in real milliseconds. */
const RULE_MS = 2_000;

/** Starts a pipeline; with files, they become what its S3 source action reads, which may start it by itself. */
export async function startPipeline(body: ActionBody, { cloud }: ConsoleParts): Promise<object> {
  const name = textOf(body, 'pipeline');
  const files = filesOf(body, 'files');
  const started = files.length > 0 ? await startBySource(name, files, cloud) : undefined;
  const id = started ?? (await startByHand(name, cloud));
  return { pipelineExecutionId: id, message: `started execution ${id}` };
}

async function startByHand(name: string, cloud: ConsoleParts['cloud']): Promise<string> {
  const started = await cloud.ask('codepipeline', 'StartPipelineExecution', { name });
  return (started as StartedExecution).pipelineExecutionId;
}

/** Gives the new source to the pipeline. @returns the execution that this has started, where it has */
async function startBySource(
  name: string,
  files: readonly GivenFile[],
  cloud: ConsoleParts['cloud'],
): Promise<string | undefined> {
  const before = cloud.codepipeline.executionIds(name).length;
  const newest = () => cloud.codepipeline.executionIds(name)[before];
  await putSource(name, files, cloud);
  if (newest() !== undefined) return newest();
  await new Promise<void>((resolve) => {
    const done = () => {
      stop();
      clearTimeout(patience);
      resolve();
    };
    const patience = setTimeout(done, RULE_MS);
    const stop = cloud.events.on('state', () => {
      if (newest() !== undefined) done();
    });
  });
  return newest();
}

async function putSource(name: string, files: readonly GivenFile[], cloud: ConsoleParts['cloud']): Promise<void> {
  const { pipeline } = (await cloud.ask('codepipeline', 'GetPipeline', { name })) as {
    readonly pipeline: { readonly stages: readonly { readonly actions: readonly SourceAction[] }[] };
  };
  const source = pipeline.stages[0]?.actions.find(({ actionTypeId }) => actionTypeId.provider === 'S3');
  const { S3Bucket: bucket, S3ObjectKey: key } = source?.configuration ?? {};
  if (bucket === undefined || key === undefined) {
    throw new ApiError(400, `${name} has no S3 source action, so files cannot be given to it; start it without`);
  }
  const [file] = files;
  const isZip = files.length === 1 && file !== undefined && file.path.endsWith('.zip');
  cloud.objects.put(developer(cloud), bucket, key, isZip ? file.bytes : await zipOf(files));
}

async function zipOf(files: readonly GivenFile[]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { path, bytes } of files) zip.addBuffer(bytes, path);
  const chunks: Buffer[] = [];
  zip.outputStream.on('data', (chunk: Buffer) => chunks.push(chunk));
  zip.end();
  await finished(zip.outputStream);
  return Buffer.concat(chunks);
}

/** Approves or rejects a manual approval that waits. */
export async function approve(body: ActionBody, { cloud }: ConsoleParts): Promise<object> {
  const [pipelineName, stageName, actionName] = ['pipeline', 'stage', 'action'].map((name) => textOf(body, name));
  const status = wordOf(body, 'status', ['Approved', 'Rejected']);
  const { stageStates } = (await cloud.ask('codepipeline', 'GetPipelineState', { name: pipelineName })) as {
    readonly stageStates: readonly {
      readonly stageName: string;
      readonly actionStates: readonly {
        readonly actionName: string;
        readonly latestExecution?: { readonly token?: string };
      }[];
    }[];
  };
  const stage = stageStates.find((found) => found.stageName === stageName);
  const action = stage?.actionStates.find((found) => found.actionName === actionName);
  const token = action?.latestExecution?.token;
  if (token === undefined) throw new ApiError(409, `${stageName}/${actionName} does not wait for an approval`);
  await cloud.ask('codepipeline', 'PutApprovalResult', {
    pipelineName,
    stageName,
    actionName,
    token,
    result: { status, summary: optionalText(body, 'summary') ?? 'decided in the console' },
  });
  return { message: `${stageName}/${actionName}: ${status}` };
}
