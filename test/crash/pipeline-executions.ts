import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SOURCE_KEY } from './crash-pipelines.ts';
import type { CrashStage } from './crash-stage.ts';

/** An empty zip archive. */
const SOURCE = Buffer.from('504b0506000000000000000000000000000000000000', 'hex');

/** Puts the source of all pipelines where they look for it. */
export async function putSource({
  client,
  outputs,
}: Pick<CrashStage, 'client' | 'outputs'>): Promise<Readonly<Record<string, string>>> {
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  await s3.send(new PutObjectCommand({ Bucket: outputs.SourceBucket, Key: SOURCE_KEY, Body: SOURCE }));
  s3.destroy();
  return {};
}

/** Starts an execution of one of a stage's pipelines; resolves when it has ended. */
export async function runPipeline(
  { cloud, client, outputs }: CrashStage,
  pipeline: string,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const name = outputs[`${pipeline}PipelineName`] ?? '';
  const sdk = new CodePipelineClient(client);
  const { pipelineExecutionId = '' } = await sdk.send(
    new StartPipelineExecutionCommand({
      name,
      variables: Object.entries(variables).map(([variable, value]) => ({ name: variable, value })),
    }),
  );
  sdk.destroy();
  await cloud.codepipeline.waitForExecution(name, pipelineExecutionId);
}
