import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LocalCloud } from '../../lib/local/cloud.ts';

/** A hook that forbids some log groups, or warns of them. */
export interface ScenarioHook {
  readonly alias: string;
  /** The log groups that it minds: those whose names begin so. */
  readonly prefix: string;
  readonly failureMode: 'FAIL' | 'WARN';
  readonly message: string;
  readonly remediation: string;
}

const roleOf = (service: string, Action: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
    Policies: [{ PolicyName: 'Hook', PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource: '*' }] } }],
  },
});

/** What a template with a hook on log groups is made of. */
export interface HookTemplateParts {
  readonly alias: string;
  readonly failureMode: 'FAIL' | 'WARN';
  /** The module of its function. */
  readonly code: string;
}

/** A template by hand: a hook on log groups, with its function in it. */
export function hookTemplate({ alias, failureMode, code }: HookTemplateParts): object {
  const Resources = {
    FunctionRole: roleOf('lambda.amazonaws.com', 'logs:PutLogEvents'),
    HookRole: roleOf('hooks.cloudformation.amazonaws.com', 'lambda:InvokeFunction'),
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Timeout: 60,
        Role: { 'Fn::GetAtt': ['FunctionRole', 'Arn'] },
        Code: { ZipFile: code },
      },
    },
    Hook: {
      Type: 'AWS::CloudFormation::LambdaHook',
      Properties: {
        Alias: alias,
        LambdaFunction: { 'Fn::GetAtt': ['Function', 'Arn'] },
        ExecutionRole: { 'Fn::GetAtt': ['HookRole', 'Arn'] },
        FailureMode: failureMode,
        HookStatus: 'ENABLED',
        TargetOperations: ['CLOUD_CONTROL'],
        TargetFilters: { TargetNames: ['AWS::Logs::LogGroup'] },
      },
    },
  };
  return { Resources };
}

/** Puts a hook into the account, as somebody who keeps its rules would: without a construct. */
export async function deployHook(cloud: LocalCloud, hook: ScenarioHook): Promise<void> {
  const { message, remediation, prefix } = hook;
  const finding = {
    annotationName: 'Retention',
    status: 'FAILED',
    statusMessage: 'RetentionInDays is not set',
    remediationMessage: remediation,
  };
  const refusal = { hookStatus: 'FAILED', errorCode: 'NonCompliant', message, annotations: [finding] };
  const code = `exports.handler = async ({ clientRequestToken, requestData }) => {
  const { LogGroupName = '' } = requestData.targetModel.resourceProperties ?? {};
  const answer = LogGroupName.startsWith(${JSON.stringify(prefix)}) ? ${JSON.stringify(refusal)} : { hookStatus: 'SUCCESS' };
  return { clientRequestToken, ...answer };
};`;
  const template = hookTemplate({ alias: hook.alias, failureMode: hook.failureMode, code });
  const name = hook.alias.replaceAll('::', '');
  const artifact = { type: 'aws:cloudformation:stack', properties: { templateFile: 'template.json' } };
  const assembly = mkdtempSync(path.join(tmpdir(), 'scenario-hook-'));
  try {
    writeFileSync(
      path.join(assembly, 'manifest.json'),
      JSON.stringify({ version: '48.0.0', artifacts: { [name]: artifact } }),
    );
    writeFileSync(path.join(assembly, 'template.json'), JSON.stringify(template));
    await cloud.deploy({ assembly });
  } finally {
    rmSync(assembly, { recursive: true, force: true });
  }
}
