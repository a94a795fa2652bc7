import type { Answered, Fact, RecordedCloud, RecordedService } from '../recorded-cloud.ts';

const iam = (cloud: RecordedCloud, Action: string, parameters: Readonly<Record<string, string>>) =>
  cloud.query('iam', { Action, Version: '2010-05-08', ...parameters });
const refused = (status: number, code: string, message: string): Partial<Answered> => ({ status, code, message });
const policyArn = (name: string) => `arn:aws:iam::123456789012:policy/${name}`;
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const createRole = (cloud: RecordedCloud, RoleName: string, AssumeRolePolicyDocument = TRUST) =>
  iam(cloud, 'CreateRole', { RoleName, AssumeRolePolicyDocument });
/** Attaches a policy to a role that is there. */
async function attach(cloud: RecordedCloud, PolicyArn: string): Promise<Answered> {
  await createRole(cloud, 'attached');
  return iam(cloud, 'AttachRolePolicy', { RoleName: 'attached', PolicyArn });
}

const facts: readonly Fact[] = [
  {
    source: 'test_iam.py::test_create_role_with_malformed_assume_role_policy_document',
    asked: 'a role whose trust policy is not JSON',
    ask: (cloud) => createRole(cloud, 'malformed', '{"Version":"2012-10-17","Statement":['),
    answer: refused(400, 'MalformedPolicyDocument', 'This policy contains invalid Json'),
  },
  {
    source: 'test_iam.py::test_role_attach_policy (non_existent_malformed_policy_arn)',
    asked: 'the attachment of what is no ARN',
    ask: (cloud) => attach(cloud, 'longpolicynamebutnoarn'),
    answer: refused(400, 'ValidationError', 'Invalid ARN:  Could not be parsed!'),
  },
  {
    source: 'test_iam.py::test_role_attach_policy (valid_arn_not_existent)',
    asked: 'the attachment of a policy that does not exist',
    ask: (cloud) => attach(cloud, policyArn('nothing')),
    answer: refused(404, 'NoSuchEntity', `Policy ${policyArn('nothing')} does not exist or is not attachable.`),
  },
  {
    source: 'test_iam.py::test_delete_non_existent_policy_returns_no_such_entity',
    asked: 'the deletion of a policy that does not exist',
    ask: (cloud) => iam(cloud, 'DeletePolicy', { PolicyArn: policyArn('non-existent-policy') }),
    answer: refused(404, 'NoSuchEntity', `Policy ${policyArn('non-existent-policy')} was not found.`),
  },
  {
    source: 'test_iam.py::test_update_assume_role_policy',
    asked: 'another trust policy for a role',
    async ask(cloud) {
      await createRole(cloud, 'trusting');
      return iam(cloud, 'UpdateAssumeRolePolicy', { RoleName: 'trusting', PolicyDocument: TRUST });
    },
    answer: { status: 200 },
  },
  {
    source: 'test_iam.py::test_role_with_path_lifecycle',
    asked: 'a role with a path',
    async ask(cloud) {
      await iam(cloud, 'CreateRole', { RoleName: 'placed', Path: '/test1/test2/', AssumeRolePolicyDocument: TRUST });
      return iam(cloud, 'GetRole', { RoleName: 'placed' });
    },
    answer: {
      status: 200,
      body: {
        Arn: 'arn:aws:iam::123456789012:role/test1/test2/placed',
        Path: '/test1/test2/',
        MaxSessionDuration: '3600',
      },
    },
  },
];

/** What was recorded of IAM. */
export const iamFacts: RecordedService = {
  title: 'IAM',
  facts,
};
