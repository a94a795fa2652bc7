import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import type { Deployment, LocalCloud } from 'ringback/local';

interface Stage {
  readonly client: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly deployment: Deployment;
}

/** One address that is healthy when it is asked the second time, and one run of the pipeline that waits for it. */
export default async function prepare(local: LocalCloud) {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    response.writeHead(asked > 1 ? 200 : 503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    scenarios: [{ name: 'gate-opens', service: 'codepipeline', title: 'the gate opens at the second try', run }],
    parameters: { Consumer: { Url: url } },
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };

  async function run({ client, deployment }: Stage) {
    const outputs = deployment.stacks[0]?.outputs as Record<string, string>;
    const name = outputs.PipelineName ?? '';
    const root = local.identity.principalOf(client.credentials.accessKeyId);
    local.objects.put(root, outputs.SourceBucket ?? '', 'source.zip', Buffer.from('any bytes'));
    const { pipelineExecutionId = '' } = await new CodePipelineClient(client).send(
      new StartPipelineExecutionCommand({ name }),
    );
    const { status } = await local.codepipeline.waitForExecution(name, pipelineExecutionId);
    if (status !== 'Succeeded') throw new Error(`the execution ended ${status}`);
    return { expected: 2 };
  }
}
