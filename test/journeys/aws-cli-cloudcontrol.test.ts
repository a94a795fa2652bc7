import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCloud, type LocalCloud } from '../../lib/local/index.ts';
import { assemblyFolder } from '../unit/local/template/assembly-folder.ts';

const run = promisify(execFile);
const isMissing = spawnSync('aws', ['--version']).status !== 0;
/** Debian's 2.9, for instance, has Cloud Control, and knows no results of hooks. */
const knowsNoHookResults =
  isMissing || spawnSync('aws', ['cloudformation', 'get-hook-result', '--generate-cli-skeleton']).status !== 0;
/** Each call of the AWS CLI may take seconds on a busy machine. */
const LIMIT_MS = 600_000;

async function start(): Promise<LocalCloud> {
  const cloud = await createLocalCloud();
  onTestFinished(() => cloud.stop());
  return cloud;
}

/** Runs the AWS CLI against a local cloud; its output as JSON, or its error output. */
// biome-ignore lint/suspicious/noExplicitAny: each command has an output of its own
async function aws({ endpoint, region }: LocalCloud, ...args: readonly string[]): Promise<any> {
  const env = {
    PATH: process.env.PATH,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'AKIDEVELOPER',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_PAGER: '',
  };
  const everywhere = ['--endpoint-url', endpoint, '--output', 'json'];
  return run('aws', [...args, ...everywhere], { env, encoding: 'utf8' }).then(
    ({ stdout }) => (stdout === '' ? undefined : JSON.parse(stdout)),
    ({ stderr }: { stderr: string }) => stderr,
  );
}

const logGroup = ['--type-name', 'AWS::Logs::LogGroup'];

describe.skipIf(isMissing)('the AWS CLI (runs where `aws` is installed)', () => {
  it(
    'creates, waits for, reads, updates, lists and deletes a resource through Cloud Control',
    async () => {
      const cloud = await start();
      const settle = async ({ ProgressEvent }: { ProgressEvent: { RequestToken: string } }) => {
        const token = ['--request-token', ProgressEvent.RequestToken];
        expect(await aws(cloud, 'cloudcontrol', 'wait', 'resource-request-success', ...token)).toBeUndefined();
      };
      const DesiredState = JSON.stringify({ LogGroupName: '/shop', RetentionInDays: 30 });
      await settle(await aws(cloud, 'cloudcontrol', 'create-resource', ...logGroup, '--desired-state', DesiredState));
      const patch = JSON.stringify([{ op: 'replace', path: 'RetentionInDays', value: 90 }]);
      const shop = [...logGroup, '--identifier', '/shop'];
      await settle(await aws(cloud, 'cloudcontrol', 'update-resource', ...shop, '--patch-document', patch));
      const read = await aws(cloud, 'cloudcontrol', 'get-resource', ...shop);
      expect(JSON.parse(read.ResourceDescription.Properties)).toMatchObject({ RetentionInDays: 90 });
      const listed = await aws(cloud, 'cloudcontrol', 'list-resources', ...logGroup);
      expect(listed.ResourceDescriptions).toMatchObject([{ Identifier: '/shop' }]);
      await settle(await aws(cloud, 'cloudcontrol', 'delete-resource', ...shop));
      expect(await aws(cloud, 'cloudcontrol', 'get-resource', ...shop)).toMatch(/\(ResourceNotFoundException\)/);
      const type = await aws(cloud, 'cloudformation', 'describe-type', '--type', 'RESOURCE', ...logGroup);
      expect(JSON.parse(type.Schema)).toMatchObject({ primaryIdentifier: ['/properties/LogGroupName'] });
    },
    LIMIT_MS,
  );

  it.skipIf(knowsNoHookResults)(
    'tells what a hook found (runs where `aws cloudformation get-hook-result` exists)',
    async () => {
      const cloud = await start();
      await cloud.deploy({ assembly: assemblyFolder({ Rules: RULES }) });
      const { ProgressEvent } = await aws(
        cloud,
        ...['cloudcontrol', 'create-resource', ...logGroup, '--desired-state', '{"LogGroupName":"/shop"}'],
      );
      const token = ['--request-token', ProgressEvent.RequestToken];
      expect(await aws(cloud, 'cloudcontrol', 'wait', 'resource-request-success', ...token)).toMatch(
        /terminal failure/,
      );
      const status = await aws(cloud, 'cloudcontrol', 'get-resource-request-status', ...token);
      expect(status.HooksProgressEvent).toMatchObject([{ HookStatus: 'HOOK_COMPLETE_FAILED' }]);
      const results = await aws(
        cloud,
        ...['cloudformation', 'list-hook-results', '--target-type', 'CLOUD_CONTROL'],
        ...['--target-id', status.ProgressEvent.HooksRequestToken],
      );
      const [{ HookResultId }] = results.HookResults;
      const found = await aws(cloud, 'cloudformation', 'get-hook-result', '--hook-result-id', HookResultId);
      // Versions of the CLI that are too old for annotations leave them out.
      expect(found).toMatchObject({
        Status: 'HOOK_COMPLETE_FAILED',
        HookStatusReason: 'Hook failed with message: no log group here',
        Target: { TargetTypeName: 'AWS::Logs::LogGroup' },
      });
    },
    LIMIT_MS,
  );
});

function role(service: string, action: string): object {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        { PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] } },
      ],
    },
  };
}

const RULES = {
  Resources: {
    FunctionRole: role('lambda.amazonaws.com', 'logs:PutLogEvents'),
    HookRole: role('hooks.cloudformation.amazonaws.com', 'lambda:InvokeFunction'),
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Timeout: 30,
        Role: { 'Fn::GetAtt': ['FunctionRole', 'Arn'] },
        Code: {
          ZipFile: `exports.handler = async ({ clientRequestToken }) => ({
            hookStatus: 'FAILED', errorCode: 'NonCompliant', message: 'no log group here', clientRequestToken });`,
        },
      },
    },
    Hook: {
      Type: 'AWS::CloudFormation::LambdaHook',
      Properties: {
        Alias: 'Shop::Rules::Hook',
        LambdaFunction: { 'Fn::GetAtt': ['Function', 'Arn'] },
        ExecutionRole: { 'Fn::GetAtt': ['HookRole', 'Arn'] },
        FailureMode: 'FAIL',
        HookStatus: 'ENABLED',
        TargetOperations: ['CLOUD_CONTROL'],
      },
    },
  },
};
