import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLocalCloud, type LocalCloud, type LocalCloudOptions } from 'ringback/local';
import { type CliRun, runCli } from '../unit/cli/run-cli.ts';
import { type DeclareStack, synthesizeStack } from './synthesize-stack.ts';

/** The keys of the person who watches. */
export const CREDENTIALS = { accessKeyId: 'AKIAEXAMPLEEXAMPLE00', secretAccessKey: 'example' };

/** One stack in a local cloud of its own, and a person before it. */
export interface Journey {
  readonly cloud: LocalCloud;
  /** For a client of the SDK. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: typeof CREDENTIALS;
    readonly forcePathStyle: true;
  };
  /** An output of the stack. */
  output(name: string): string;
  /** The command as a person would run it: pointed at the cloud by the environment alone. */
  ringback(args: readonly string[], stdin?: string): Promise<CliRun>;
  close(): Promise<void>;
}

/** Synthesizes a stack and deploys it into a new local cloud. */
export async function startJourney(
  stackName: string,
  declare: DeclareStack,
  options: LocalCloudOptions = {},
): Promise<Journey> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringback-journey-'));
  const cloud = await createLocalCloud(options);
  const { stacks } = await cloud.deploy({ assembly: synthesizeStack(folder, stackName, declare) });
  const { endpoint, region } = cloud;
  return {
    cloud,
    client: { endpoint, region, credentials: CREDENTIALS, forcePathStyle: true },
    output: (name) => String(stacks.find((stack) => stack.name === stackName)?.outputs[name]),
    ringback(args, stdin) {
      const env = {
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      };
      return runCli(args, { env, ...(stdin === undefined ? {} : { stdin }) });
    },
    async close() {
      await cloud.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
