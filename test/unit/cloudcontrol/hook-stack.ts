import { assemblyFolder } from '../local/template/assembly-folder.ts';

/** What a hook answers, and what becomes of its refusal. */
export interface HookStackOptions {
  readonly answer: object;
  readonly failureMode?: 'FAIL' | 'WARN';
}

const roleOf = (service: string, Action: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
    Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource: '*' }] } }],
  },
});

/** An assembly with a hook on log groups that always gives the same answer. */
export function hookAssembly({ answer, failureMode = 'FAIL' }: HookStackOptions): string {
  const code = `exports.handler = async (event) => ({ clientRequestToken: event.clientRequestToken, ...${JSON.stringify(answer)} });`;
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
        Alias: 'Shop::Rules::Hook',
        LambdaFunction: { 'Fn::GetAtt': ['Function', 'Arn'] },
        ExecutionRole: { 'Fn::GetAtt': ['HookRole', 'Arn'] },
        FailureMode: failureMode,
        HookStatus: 'ENABLED',
        TargetOperations: ['CLOUD_CONTROL'],
        TargetFilters: { TargetNames: ['AWS::Logs::LogGroup'] },
      },
    },
  };
  return assemblyFolder({ Rules: { Resources } });
}
