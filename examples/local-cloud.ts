import {
  CodePipelineClient,
  GetPipelineStateCommand,
  PutApprovalResultCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createLocalCloud } from 'ringback/local';

/**
 * Deploys the synthesized gate-app.ts into a local cloud, starts its pipeline, approves it, and gives how it ended and
 * how long that took on the cloud's own clock.
 *
 * @param assembly - the folder that `gate-app.ts` was synthesized to
 */
export async function playGate(assembly: string): Promise<{ status: string; simulatedSeconds: number }> {
  // Waits shrink a thousandfold; functions run at the real rate.
  const cloud = await createLocalCloud({ speed: 1_000 });
  try {
    const { stacks } = await cloud.deploy({ assembly });
    const { PipelineName: name, SourceBucket: Bucket } = (stacks[0]?.outputs ?? {}) as Record<string, string>;
    const credentials = { accessKeyId: 'AKIAEXAMPLEEXAMPLE00', secretAccessKey: 'any' };
    const connection = { region: cloud.region, endpoint: cloud.endpoint, credentials };
    const pipelines = new CodePipelineClient(connection);
    await new S3Client({ ...connection, forcePathStyle: true }).send(
      new PutObjectCommand({ Bucket, Key: 'source.zip', Body: 'what the pipeline deploys' }),
    );

    const startedAt = cloud.clock.now();
    const { pipelineExecutionId } = await pipelines.send(new StartPipelineExecutionCommand({ name }));
    cloud.events.on('state', ({ resource, state }) => {
      if (resource.endsWith('/Gate/Approve') && state === 'STARTED') void approve(pipelines, name);
    });
    const { status } = await cloud.codepipeline.waitForExecution(name ?? '', pipelineExecutionId ?? '');
    return { status, simulatedSeconds: Math.round((cloud.clock.now() - startedAt) / 1000) };
  } finally {
    await cloud.stop();
  }
}

async function approve(pipelines: CodePipelineClient, pipelineName: string | undefined): Promise<void> {
  const { stageStates = [] } = await pipelines.send(new GetPipelineStateCommand({ name: pipelineName }));
  const waiting = stageStates.flatMap(({ actionStates = [] }) => actionStates);
  const token = waiting.find(({ actionName }) => actionName === 'Approve')?.latestExecution?.token;
  const result = { status: 'Approved', summary: 'looks good' } as const;
  await pipelines.send(
    new PutApprovalResultCommand({ pipelineName, stageName: 'Gate', actionName: 'Approve', result, token }),
  );
}
