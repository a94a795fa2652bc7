import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { PrepareScenarios } from 'ringback/local';

/** Played by `ringback local --scenarios gate-scenarios.ts` on gate-app.ts. */
const prepare: PrepareScenarios = () => ({
  scenarios: [
    {
      name: 'gate-opens',
      service: 'codepipeline',
      title: 'an address that is healthy lets the pipeline go on',
      async run({ cloud, client, deployment }) {
        const name = deployment.find('Pipeline', { type: 'AWS::CodePipeline::Pipeline' }).physicalId;
        const Bucket = deployment.find('Source', { type: 'AWS::S3::Bucket' }).physicalId;
        await new S3Client(client).send(new PutObjectCommand({ Bucket, Key: 'source.zip', Body: 'what is deployed' }));
        const passed = new Promise<string>((resolve) => {
          cloud.events.on('state', ({ resource, state }) => {
            if (resource.endsWith('/Gate/Healthy') && state !== 'STARTED') resolve(state);
          });
        });
        await new CodePipelineClient(client).send(new StartPipelineExecutionCommand({ name }));
        if ((await passed) !== 'SUCCEEDED') throw new Error('the gate is shut');
        return { expected: 1 };
      },
    },
  ],
});

export default prepare;
