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
  const own = policies.filter(hasStatement);
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
        ...names.map((name) => inBranches(name, (one) => managedPolicy(id, one))),
      ],
      Policies: [...own, ...sending].map((policy, index) =>
        inBranches(policy, (document) => {
          if (!hasStatement(document))
            throw new Error(`a policy of ${id} has statements in one branch of its Fn::If alone`);
          return { PolicyName: `${id}RolePolicy${index}`, PolicyDocument: document };
        }),
      ),
      ...(PermissionsBoundary === undefined ? {} : { PermissionsBoundary }),
      ...(RolePath === undefined ? {} : { Path: RolePath }),
    },
  };
}

/** Whether it is a policy with statements, or one or the other of them. */
function hasStatement(policy: unknown): boolean {
  const branches = branchesOf(policy);
  return branches === undefined ? isRecord(policy) && 'Statement' in policy : branches.some(hasStatement);
}

/** What `Fn::If` chooses from; undefined where it is something else. */
function branchesOf(value: unknown): readonly unknown[] | undefined {
  return isRecord(value) && Array.isArray(value['Fn::If']) ? value['Fn::If'].slice(1) : undefined;
}

/** What becomes of a policy, or of each one that a condition chooses from. */
function inBranches(policy: unknown, become: (policy: unknown) => unknown): unknown {
  const branches = branchesOf(policy);
  if (branches === undefined) return isRecord(policy) && policy.Ref === 'AWS::NoValue' ? policy : become(policy);
  const [condition] = (policy as { 'Fn::If': readonly unknown[] })['Fn::If'];
  return { 'Fn::If': [condition, ...branches.map((branch) => inBranches(branch, become))] };
}

function managedPolicy(id: string, name: unknown): unknown {
  if (typeof name === 'string') return name.startsWith('arn:') ? name : managed(name);
  const [key] = isRecord(name) ? Object.keys(name) : [];
  if (key === 'Ref' || key?.startsWith('Fn::')) return name;
  if (key === undefined) {
    throw new Error(
      `Policies of ${id} has ${JSON.stringify(name)}, where a policy must stand: its name, ARN or statements`,
    );
  }
  throw new Error(`${id} uses the policy template ${key}, which is not simulated: write its statement`);
}
