import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import type { LocalCloud } from '../../lib/local/index.ts';

const CREDENTIALS = { accessKeyId: 'AKIAEXAMPLEEXAMPLE00', secretAccessKey: 'example' };

/** The environment in which a process finds a local cloud, and its ledger where it has one named `ledger`. */
export function environmentOf({ endpoint, region }: LocalCloud): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    RINGBACK_LEDGER_TABLE: 'ledger',
  };
}

/** Starts a pipeline so many times, a few at once. */
export async function startPipeline({ endpoint, region }: LocalCloud, name: string, times: number): Promise<void> {
  const client = new CodePipelineClient({ endpoint, region, credentials: CREDENTIALS });
  let left = times;
  const lane = async () => {
    while (left-- > 0) await client.send(new StartPipelineExecutionCommand({ name }));
  };
  try {
    await Promise.all(Array.from({ length: 8 }, lane));
  } finally {
    client.destroy();
  }
}
