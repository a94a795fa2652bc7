import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCloud, type LocalCloud } from '../../lib/local/index.ts';
import { bundleToZip } from './bundle-to-zip.ts';

const run = promisify(execFile);
const isMissing = spawnSync('aws', ['--version']).status !== 0;
/** Each call of the AWS CLI may take seconds on a busy machine. */
const LIMIT_MS = 600_000;
const ROLE = 'arn:aws:iam::123456789012:role/shop';

const HANDLER = `
import { pipelineJob, succeed } from 'ringback/codepipeline';
export const handler = pipelineJob(async () => succeed({ variables: { checked: 'yes' } }));
`;

const PIPELINE = {
  name: 'shop',
  roleArn: ROLE,
  artifactStore: { type: 'S3', location: 'artifacts' },
  stages: [
    {
      name: 'Source',
      actions: [
        {
          name: 'Source',
          actionTypeId: { category: 'Source', owner: 'AWS', provider: 'S3', version: '1' },
          configuration: { S3Bucket: 'artifacts', S3ObjectKey: 'source.zip', PollForSourceChanges: 'false' },
          outputArtifacts: [{ name: 'src' }],
        },
      ],
    },
    {
      name: 'Gate',
      actions: [
        {
          name: 'Gate',
          actionTypeId: { category: 'Invoke', owner: 'AWS', provider: 'Lambda', version: '1' },
          configuration: { FunctionName: 'gate' },
          namespace: 'gate',
        },
      ],
    },
  ],
};
const allow = (more: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] });

describe.skipIf(isMissing)('the AWS CLI (runs where `aws` is installed)', () => {
  it(
    'makes a function and a pipeline, and a job of the pipeline is answered by the function',
    async () => {
      const cloud: LocalCloud = await createLocalCloud();
      onTestFinished(() => cloud.stop());
      const folder = await mkdtemp(path.join(tmpdir(), 'ringback-cli-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      const env = {
        PATH: process.env.PATH,
        AWS_DEFAULT_REGION: cloud.region,
        AWS_ACCESS_KEY_ID: 'any',
        AWS_SECRET_ACCESS_KEY: 'any',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_PAGER: '',
      };
      // biome-ignore lint/suspicious/noExplicitAny: each command has an output of its own
      async function aws(...args: readonly string[]): Promise<any> {
        const { stdout } = await run('aws', [...args, '--endpoint-url', cloud.endpoint, '--output', 'json'], { env });
        return stdout.trim().startsWith('{') ? JSON.parse(stdout) : stdout;
      }
      const zip = path.join(folder, 'gate.zip');
      await writeFile(
        zip,
        await bundleToZip({ stdin: { contents: HANDLER, resolveDir: import.meta.dirname, loader: 'ts' } }),
      );

      const Principal = { Service: ['lambda.amazonaws.com', 'codepipeline.amazonaws.com'] };
      const trust = allow({ Principal, Action: 'sts:AssumeRole' });
      await aws('iam', 'create-role', '--role-name', 'shop', '--assume-role-policy-document', trust);
      const policy = allow({
        Action: ['codepipeline:*', 'lambda:InvokeFunction', 's3:*', 'dynamodb:*'],
        Resource: '*',
      });
      const named = ['--role-name', 'shop', '--policy-name', 'all'];
      await aws('iam', 'put-role-policy', ...named, '--policy-document', policy);
      const key = [
        '--attribute-definitions',
        'AttributeName=id,AttributeType=S',
        '--key-schema',
        'AttributeName=id,KeyType=HASH',
      ];
      await aws('dynamodb', 'create-table', '--table-name', 'ledger', ...key, '--billing-mode', 'PAY_PER_REQUEST');
      await aws('s3api', 'create-bucket', '--bucket', 'artifacts');
      await aws(
        's3api',
        'put-bucket-versioning',
        '--bucket',
        'artifacts',
        '--versioning-configuration',
        'Status=Enabled',
      );
      await aws('s3', 'cp', zip, 's3://artifacts/source.zip');

      const code = ['--zip-file', `fileb://${zip}`, '--handler', 'index.handler', '--runtime', 'nodejs24.x'];
      const settings = ['--timeout', '30', '--environment', 'Variables={RINGBACK_LEDGER_TABLE=ledger}'];
      const made = await aws(
        'lambda',
        'create-function',
        '--function-name',
        'gate',
        '--role',
        ROLE,
        ...code,
        ...settings,
      );
      expect(made).toMatchObject({ State: 'Pending', Version: '$LATEST' });
      await aws('lambda', 'wait', 'function-active-v2', '--function-name', 'gate');

      await aws('codepipeline', 'create-pipeline', '--pipeline', JSON.stringify(PIPELINE));
      const { pipelineExecutionId } = await aws('codepipeline', 'start-pipeline-execution', '--name', 'shop');
      expect(await cloud.codepipeline.waitForExecution('shop', pipelineExecutionId)).toMatchObject({
        status: 'Succeeded',
      });
      const about = ['--pipeline-name', 'shop', '--pipeline-execution-id', pipelineExecutionId];
      const { pipelineExecution } = await aws('codepipeline', 'get-pipeline-execution', ...about);
      expect(pipelineExecution.status).toBe('Succeeded');
      const { actionExecutionDetails } = await aws('codepipeline', 'list-action-executions', '--pipeline-name', 'shop');
      expect(actionExecutionDetails).toContainEqual(
        expect.objectContaining({
          actionName: 'Gate',
          status: 'Succeeded',
          output: expect.objectContaining({ outputVariables: { checked: 'yes' } }),
        }),
      );
      await aws('codepipeline', 'delete-pipeline', '--name', 'shop');
      await aws('lambda', 'delete-function', '--function-name', 'gate');
    },
    LIMIT_MS,
  );
});
