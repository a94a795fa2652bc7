import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Scenario, Stage } from '../../lib/local/scenarios/scenario.ts';

const STACK = 'RingbackBuilds';

/** The scenarios of work that is answered from builds. */
export const buildScenarios: readonly Scenario[] = [
  {
    name: 'pipeline-action-answered-from-a-build',
    service: 'codepipeline',
    title: 'an action leaves its work to a build, whose end is the answer and whose variables are its own',
    async run(stage) {
      const { cloud, client } = stage;
      const { PipelineName: name = '', BucketName: Bucket, SourceKey: Key } = outputsOf(stage);
      await new S3Client(client).send(new PutObjectCommand({ Bucket, Key, Body: 'source' }));
      let jobs = 0;
      const stop = cloud.events.on('answer', () => jobs++);
      const start = new StartPipelineExecutionCommand({ name });
      const { pipelineExecutionId = '' } = await new CodePipelineClient(client).send(start);
      const { status, actions } = await cloud.codepipeline.waitForExecution(name, pipelineExecutionId);
      stop();
      const variables = JSON.stringify(actions.find(({ actionName }) => actionName === 'Release')?.outputVariables);
      if (status !== 'Succeeded' || variables !== '{"Subject":"rocket"}') {
        throw new Error(`the execution ended ${status} with the variables ${variables}`);
      }
      // Each look at a build that is not over is a job of its own.
      return { expected: jobs };
    },
  },
  ...(
    [
      [
        'transfer-step-answered-from-a-build',
        'plan.csv',
        'COMPLETED',
        'a build looks at an upload, and the workflow goes on',
      ],
      [
        'transfer-step-failed-by-a-build',
        'tool.exe',
        'EXCEPTION',
        'a build refuses an upload, and its end fails the step',
      ],
    ] as const
  ).map(([scenario, file, status, title]) => ({
    name: scenario,
    service: 'transfer',
    title,
    async run(stage: Stage) {
      const { cloud, client } = stage;
      const { WorkflowId = '', WorkflowRoleArn = '', BucketName: bucket = '', UploadPrefix } = outputsOf(stage);
      const key = `${UploadPrefix}${file}`;
      await new S3Client(client).send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'content' }));
      const place = { workflowId: WorkflowId, executionRole: WorkflowRoleArn, file: { bucket, key } };
      const ended = await cloud.transfer.waitForExecution(WorkflowId, cloud.transfer.upload(place));
      if (ended.status !== status) throw new Error(`the workflow ended ${ended.status}, not ${status}`);
      return { expected: 1 };
    },
  })),
];

function outputsOf({ deployment }: Stage): Readonly<Record<string, string | undefined>> {
  const outputs = deployment.stacks.find(({ name }) => name === STACK)?.outputs;
  if (outputs === undefined) throw new Error(`the stack ${STACK} is not deployed`);
  return outputs as Readonly<Record<string, string | undefined>>;
}
