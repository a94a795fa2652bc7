import {
  CodePipelineClient,
  GetPipelineStateCommand,
  StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { LocalCloud } from '../../lib/local/cloud.ts';
import type { Scenario, Stage } from '../../lib/local/scenarios/scenario.ts';
import { developerCall } from './developer-call.ts';
import { zipFiles } from './zip-files.ts';

const STACK = 'RingbackWorkers';
const service = 'codepipeline';
const HEADER = '// Licensed under the Apache License, Version 2.0';
const CHECKS = {
  requiredFiles: ['README.md'],
  forbiddenStrings: [{ text: 'AKIA', files: '**/*.ts' }],
  maxTotalBytes: 100_000,
  licenseHeader: { text: HEADER, files: 'src/**' },
};
const PROJECT = {
  'README.md': '# Tides\n',
  'src/main.ts': `${HEADER}\nexport const tide = (hour: number) => Math.cos(hour / 2);\n`,
  'checks.json': JSON.stringify(CHECKS),
};

const PARTNER_TYPE = { category: 'Test', owner: 'ThirdParty', provider: 'PartnerChecks', version: '1' } as const;

/** Registers the partner's action type of the example, and connects this account to it as a customer. */
export function connectPartner({ codepipeline, accountId }: LocalCloud): void {
  codepipeline.thirdPartyTypes.register({
    id: PARTNER_TYPE,
    executor: {
      type: 'JobWorker',
      configuration: { jobWorkerExecutorConfiguration: { pollingAccounts: [accountId] } },
    },
    properties: [{ name: 'ChecksFile', optional: false, key: true, noEcho: false }],
    inputArtifactDetails: { minimumCount: 1, maximumCount: 1 },
    outputArtifactDetails: { minimumCount: 0, maximumCount: 0 },
  });
}

/** The scenarios of the job workers. */
export const workerScenarios: readonly Scenario[] = [
  {
    name: 'custom-action-succeeds',
    service,
    title: 'the job worker of a custom action claims a job, checks the artifact and finds nothing',
    async run(stage) {
      await play(stage, 'PipelineName', PROJECT, /2 files|3 files, \d+ bytes, nothing found/);
      await showsLink(stage);
      return { expected: 1 };
    },
  },
  {
    name: 'custom-action-finds-a-key',
    service,
    title: 'a source holds a forbidden text and lacks its licence header; the action fails and says where',
    async run(stage) {
      const files = { ...PROJECT, 'src/key.ts': "export const key = 'AKIAEXAMPLE';\n" };
      await play(
        stage,
        'PipelineName',
        files,
        /2 findings: src\/key\.ts:1 has a forbidden text; src\/key\.ts does not/,
      );
      return { expected: 1 };
    },
  },
  {
    name: 'third-party-action-succeeds',
    service,
    title: "a partner puts a customer's token into the worker's secret; the worker claims the job with it and answers",
    async run(stage) {
      await putClientToken(stage);
      await play(stage, 'PartnerPipelineName', PROJECT, /nothing found/);
      return { expected: 1 };
    },
  },
];

/** Does what a partner does when a customer has connected: keeps the customer's client token where the worker looks. */
async function putClientToken(stage: Stage): Promise<void> {
  const { clientId, clientToken } = stage.cloud.codepipeline.thirdPartyTypes.clientOf(PARTNER_TYPE);
  await developerCall(stage, { service: 'secretsmanager', targetPrefix: 'secretsmanager' })('PutSecretValue', {
    SecretId: outputsOf(stage).ClientTokenSecretArn,
    SecretString: JSON.stringify({ [clientId]: clientToken }),
  });
}

/** Uploads a project, starts a pipeline, and holds what its check says against what is expected. */
async function play(stage: Stage, output: string, files: Readonly<Record<string, string>>, expected: RegExp) {
  const { client, cloud } = stage;
  const { [output]: name, SourceBucketName: Bucket, SourceKey: Key } = outputsOf(stage);
  if (!name || !Bucket || !Key) throw new Error(`${STACK} has no outputs ${output}, SourceBucketName and SourceKey`);
  await new S3Client(client).send(new PutObjectCommand({ Bucket, Key, Body: await zipFiles(files) }));
  const started = await new CodePipelineClient(client).send(new StartPipelineExecutionCommand({ name }));
  const { actions } = await cloud.codepipeline.waitForExecution(name, started.pipelineExecutionId ?? '');
  const check = actions.find(({ actionName }) => actionName === 'Check');
  const said = check?.errorDetails?.message ?? (await summaryOf(stage, name));
  if (!expected.test(said)) throw new Error(`expected the check to say ${expected}, but it said: ${said || 'nothing'}`);
}

async function summaryOf(stage: Stage, name: string): Promise<string> {
  return (await checkOf(stage, name))?.summary ?? '';
}

async function checkOf({ client }: Stage, name: string) {
  const { stageStates } = await new CodePipelineClient(client).send(new GetPipelineStateCommand({ name }));
  return stageStates?.flatMap(({ actionStates }) => actionStates ?? []).find(({ actionName }) => actionName === 'Check')
    ?.latestExecution;
}

/** The console's link to a run must hold the id that the worker gave. */
async function showsLink(stage: Stage): Promise<void> {
  const run = await checkOf(stage, outputsOf(stage).PipelineName ?? '');
  if (run?.externalExecutionId && run.externalExecutionUrl?.includes(run.externalExecutionId)) return;
  throw new Error(`expected a link to the run, but got ${run?.externalExecutionUrl ?? 'none'}`);
}

function outputsOf({ deployment }: Stage): Readonly<Record<string, string | undefined>> {
  const stack = deployment.stacks.find(({ name }) => name === STACK);
  return (stack?.outputs ?? {}) as Record<string, string>;
}
