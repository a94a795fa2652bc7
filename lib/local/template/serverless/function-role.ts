import { isRecord } from '../is-record.ts';

/** What the role of a serverless function is made of. */
export interface FunctionRoleParts {
  /** As the function has them: statements, or names and ARNs of managed policies. */
  readonly policies: readonly unknown[];
  /** Whether it is fed by a queue. */
  readonly polls: boolean;
  /** Where its failures go. */
  readonly sendsTo: readonly { readonly type: string; readonly arn: unknown }[];
  readonly AssumeRolePolicyDocument: unknown;
  readonly PermissionsBoundary: unknown;
  readonly RolePath: unknown;
}

const managed = (name: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/${name}` });
const LAMBDA_MAY_ASSUME = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: ['lambda.amazonaws.com'] }, Action: ['sts:AssumeRole'] }],
};
const SENDING: Readonly<Record<string, string>> = { SQS: 'sqs:SendMessage', Lambda: 'lambda:InvokeFunction' };

/** The role that SAM makes for a function that names none. @throws Error for a policy template */
export function functionRole(id: string, parts: FunctionRoleParts): Readonly<Record<string, unknown>> {
  const { policies, polls, sendsTo, AssumeRolePolicyDocument, PermissionsBoundary, RolePath } = parts;
  const own = policies.filter((policy) => isRecord(policy) && 'Statement' in policy);
  const names = policies.filter((policy) => !own.includes(policy));
  const sending = sendsTo.map(({ type, arn }) => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: SENDING[type], Resource: arn }],
  }));
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: AssumeRolePolicyDocument ?? LAMBDA_MAY_ASSUME,
      ManagedPolicyArns: [
        managed('service-role/AWSLambdaBasicExecutionRole'),
        ...(polls ? [managed('service-role/AWSLambdaSQSQueueExecutionRole')] : []),
        ...names.map((name) => managedPolicy(id, name)),
      ],
      Policies: [...own, ...sending].map((document, index) => ({
        PolicyName: `${id}RolePolicy${index}`,
        PolicyDocument: document,
      })),
      ...(PermissionsBoundary === undefined ? {} : { PermissionsBoundary }),
      ...(RolePath === undefined ? {} : { Path: RolePath }),
    },
  };
}

function managedPolicy(id: string, name: unknown): unknown {
  if (typeof name === 'string') return name.startsWith('arn:') ? name : managed(name);
  const [key = ''] = isRecord(name) ? Object.keys(name) : [];
  if (key === 'Ref' || key.startsWith('Fn::')) return name;
  throw new Error(`${id} uses the policy template ${key || '?'}, which is not simulated: write its statement`);
}
