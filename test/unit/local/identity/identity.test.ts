import { describe, expect, it } from 'vitest';
import { missingStatement } from '../../../../lib/local/identity/refusal.ts';
import { AwsError } from '../../../../lib/local/kernel/aws-error.ts';
import { ACCOUNT_ID, allow, createAccount, deny, policy, ROOT_ARN, TRUST } from './account.ts';

const BUCKET = 'arn:aws:s3:::bucket';

function refusalOf(act: () => void): string {
  try {
    act();
  } catch (error) {
    if (error instanceof AwsError && error.code === 'AccessDeniedException' && error.status === 400)
      return error.message;
    throw error;
  }
  throw new Error('the call was allowed');
}

describe('roles', () => {
  it('get a name in the form of CloudFormation, the same each time', () => {
    const [first, second] = [createAccount(), createAccount()].map((account) =>
      account.create('AWS::IAM::Role', 'GateServiceRole', { AssumeRolePolicyDocument: TRUST, Path: '/app/' }),
    );

    expect(first?.ref).toMatch(/^Shop-GateServiceRole-[A-Z0-9]{8}$/);
    expect(first?.attributes).toEqual({
      Arn: `arn:aws:iam::${ACCOUNT_ID}:role/app/${first?.ref}`,
      RoleId: expect.stringMatching(/^AROA[A-Z0-9]{17}$/),
    });
    expect(second).toEqual(first);
  });

  it('are refused when their name is taken or their policy is malformed', () => {
    const { role } = createAccount();
    role([], { RoleName: 'taken' });

    expect(() => role([], { RoleName: 'taken' })).toThrow('Role with name taken already exists.');
    expect(() => role([], { RoleName: 'Taken' })).toThrow('Role with name Taken already exists.');
    expect(() => role([{ Effect: 'Maybe', Action: '*' }])).toThrow('Syntax errors in policy.');
  });

  it('may do what their policies of every kind allow', () => {
    const { create, identity, role } = createAccount();
    const managed = create('AWS::IAM::ManagedPolicy', 'Shared', { PolicyDocument: policy(allow({ Action: 'sqs:*' })) });
    const roleArn = role([allow({ Action: 's3:*' })], { RoleName: 'r', ManagedPolicyArns: [managed.ref] });
    create('AWS::IAM::Policy', 'Default', {
      PolicyName: 'Default',
      Roles: ['r'],
      PolicyDocument: policy(allow({ Action: 'dynamodb:*' })),
    });
    create('AWS::IAM::RolePolicy', 'One', {
      PolicyName: 'One',
      RoleName: 'r',
      PolicyDocument: policy(allow({ Action: 'kms:*' })),
    });
    create('AWS::IAM::ManagedPolicy', 'Attached', { Roles: ['r'], PolicyDocument: policy(allow({ Action: 'sns:*' })) });
    const principal = identity.role(roleArn);

    for (const service of ['s3', 'sqs', 'dynamodb', 'kms', 'sns']) identity.authorize(principal, `${service}:Act`, '*');
    expect(() => identity.authorize(principal, 'lambda:Act', '*')).toThrow(AwsError);
  });

  it.each([
    ['service-role/AWSLambdaBasicExecutionRole', 'logs:PutLogEvents'],
    ['service-role/AWSLambdaVPCAccessExecutionRole', 'ec2:CreateNetworkInterface'],
    ['AWSXRayDaemonWriteAccess', 'xray:PutTraceSegments'],
    ['AWSCodePipelineCustomActionAccess', 'codepipeline:PollForJobs'],
  ])('know the AWS managed policy %s', (name, action) => {
    const { identity, role, notices } = createAccount();
    const principal = identity.role(role([], { ManagedPolicyArns: [`arn:aws:iam::aws:policy/${name}`] }));

    identity.authorize(principal, action, '*');
    expect(() => identity.authorize(principal, 'iam:CreateUser', '*')).toThrow(AwsError);
    expect(notices).toEqual([]);
  });

  it('gain nothing from an AWS managed policy that is not built in, which is told once', () => {
    const { identity, role, notices } = createAccount();
    const policyArn = 'arn:aws:iam::aws:policy/AmazonRedshiftFullAccess';
    const principal = identity.role(role([], { ManagedPolicyArns: [policyArn] }));

    for (let attempt = 0; attempt < 2; attempt++) {
      expect(() => identity.authorize(principal, 'redshift:DescribeClusters', '*')).toThrow(AwsError);
    }
    expect(notices).toEqual([
      `the statements of the AWS managed policy ${policyArn} are not built in; locally it grants nothing`,
    ]);
  });

  it('stay within their permissions boundary', () => {
    const { create, identity, role } = createAccount();
    const boundary = create('AWS::IAM::ManagedPolicy', 'Bound', { PolicyDocument: policy(allow({ Action: 's3:*' })) });
    const principal = identity.role(role([allow()], { PermissionsBoundary: boundary.ref }));

    identity.authorize(principal, 's3:GetObject', BUCKET);
    expect(refusalOf(() => identity.authorize(principal, 'sqs:SendMessage', 'q'))).toMatch(
      /because no permissions boundary allows the sqs:SendMessage action$/,
    );
  });
});

describe('credentials', () => {
  it('act as a session of their role, and name the function that holds them', () => {
    const { identity, role } = createAccount();
    const roleArn = role([], { RoleName: 'r', Path: '/p/' });

    const credentials = identity.issue(roleArn, { sessionName: 'gate', functionName: 'gate', environmentId: 'e1' });

    expect(credentials.accessKeyId).toMatch(/^ASIA[A-Z0-9]{16}$/);
    expect(credentials.secretAccessKey).toHaveLength(40);
    expect(credentials.sessionToken.length).toBeGreaterThan(300);
    expect(identity.principalOf(credentials.accessKeyId)).toMatchObject({
      arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/r/gate`,
      kind: 'role',
      roleArn,
      accountId: ACCOUNT_ID,
      functionName: 'gate',
      environmentId: 'e1',
    });
  });

  it('expire by the simulated clock, and never act as root afterwards', () => {
    const { identity, role, passSeconds } = createAccount();
    const roleArn = role([]);
    const { accessKeyId } = identity.issue(roleArn, { sessionName: 's', durationSeconds: 900 });

    passSeconds(899);
    expect(identity.principalOf(accessKeyId).kind).toBe('role');
    passSeconds(1);
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(() => identity.principalOf(accessKeyId)).toThrow(
        expect.objectContaining({ code: 'ExpiredTokenException' }),
      );
    }
  });

  it('stay expired when many have been handed out since', () => {
    const { identity, role, passSeconds } = createAccount();
    const roleArn = role([]);
    const { accessKeyId } = identity.issue(roleArn, { sessionName: 's', durationSeconds: 900 });
    passSeconds(900);
    for (let count = 0; count < 2_000; count++) identity.issue(roleArn, { sessionName: 's' });

    expect(() => identity.principalOf(accessKeyId)).toThrow(expect.objectContaining({ code: 'ExpiredTokenException' }));
  });

  it('are narrowed by the policies of their session, also when the principal is copied', () => {
    const { identity, role } = createAccount();
    const sessionPolicies = [policy(allow({ Resource: `${BUCKET}/mine/*` }))];
    const { accessKeyId } = identity.issue(role([allow({ Action: 's3:*' })]), { sessionName: 's', sessionPolicies });
    const principal = { ...identity.principalOf(accessKeyId) };

    identity.authorize(principal, 's3:GetObject', `${BUCKET}/mine/x`);
    expect(refusalOf(() => identity.authorize(principal, 's3:GetObject', `${BUCKET}/other`))).toMatch(
      /because no session policy allows the s3:GetObject action$/,
    );
  });

  it('of a role that does not exist cannot be had', () => {
    const { identity } = createAccount();

    expect(() => identity.issue(`arn:aws:iam::${ACCOUNT_ID}:role/none`, { sessionName: 's' })).toThrow(
      expect.objectContaining({ code: 'NoSuchEntity', status: 404 }),
    );
  });
});

describe('a refusal', () => {
  it('names principal, action and resource in the words of AWS, and is told to watchers', () => {
    const { identity, role, refusals } = createAccount();
    const { accessKeyId } = identity.issue(role([], { RoleName: 'r' }), { sessionName: 'gate', functionName: 'gate' });
    const arn = `arn:aws:sts::${ACCOUNT_ID}:assumed-role/r/gate`;

    expect(refusalOf(() => identity.authorize(identity.principalOf(accessKeyId), 's3:GetObject', BUCKET))).toBe(
      `User: ${arn} is not authorized to perform: s3:GetObject on resource: ${BUCKET} because no identity-based policy allows the s3:GetObject action`,
    );
    expect(refusals).toEqual([{ principal: arn, action: 's3:GetObject', resource: BUCKET, functionName: 'gate' }]);
  });

  it('says which kind of policy denies', () => {
    const { identity, role } = createAccount();
    const principal = identity.role(role([allow(), deny({ Action: 's3:Delete*' })]));
    const bucketPolicy = policy(deny({ Principal: '*', Action: 's3:PutObject' }));

    expect(refusalOf(() => identity.authorize(principal, 's3:DeleteObject', BUCKET))).toMatch(
      / with an explicit deny in an identity-based policy$/,
    );
    expect(refusalOf(() => identity.authorize(principal, 's3:PutObject', BUCKET, {}, [bucketPolicy]))).toMatch(
      / with an explicit deny in a resource-based policy$/,
    );
  });

  it('is mended by the statement that is missing', () => {
    const { identity, role, refusals } = createAccount();
    expect(() => identity.authorize(identity.role(role([])), 's3:GetObject', BUCKET)).toThrow(AwsError);
    const [refusal] = refusals;
    if (refusal === undefined) throw new Error('no refusal was told');

    const mended = identity.role(role([missingStatement(refusal)], { RoleName: 'mended' }));

    identity.authorize(mended, 's3:GetObject', BUCKET);
  });
});

describe('principals', () => {
  it('of unknown keys are the root, who may do everything that no resource denies', () => {
    const { identity } = createAccount();
    const root = identity.principalOf('AKIDEVELOPER');

    expect(root).toEqual({ arn: ROOT_ARN, kind: 'root', accountId: ACCOUNT_ID });
    identity.authorize(root, 's3:DeleteBucket', BUCKET, {}, [
      policy(allow({ Principal: { Service: 's3.amazonaws.com' } })),
    ]);
    expect(() => identity.authorize(root, 's3:PutObject', BUCKET, {}, [policy(deny({ Principal: '*' }))])).toThrow(
      / with an explicit deny in a resource-based policy$/,
    );
  });

  it('without a key may do only what is open to everybody', () => {
    const { identity } = createAccount();
    const anonymous = identity.principalOf(undefined);

    identity.authorize(anonymous, 's3:GetObject', BUCKET, {}, [policy(allow({ Principal: '*' }))]);
    expect(refusalOf(() => identity.authorize(anonymous, 's3:GetObject', BUCKET))).toMatch(
      /^User: anonymous .* because no resource-based policy allows/,
    );
  });

  it('of services need a resource policy whose conditions hold', () => {
    const { identity } = createAccount();
    const service = identity.service('codepipeline.amazonaws.com');
    const functionPolicy = policy(
      allow({
        Principal: { Service: 'codepipeline.amazonaws.com' },
        Condition: {
          StringEquals: { 'AWS:SourceAccount': ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': 'arn:aws:*:*:*:gate' },
        },
      }),
    );
    const context = { 'aws:SourceAccount': ACCOUNT_ID, 'aws:SourceArn': 'arn:aws:x:y:z:gate' };

    identity.authorize(service, 'lambda:InvokeFunction', 'fn', context, [functionPolicy]);
    for (const refused of [{}, { ...context, 'aws:SourceAccount': '999999999999' }]) {
      expect(() => identity.authorize(service, 'lambda:InvokeFunction', 'fn', refused, [functionPolicy])).toThrow(
        /because no resource-based policy allows/,
      );
    }
    expect(() => identity.authorize(service, 'lambda:InvokeFunction', 'fn')).toThrow(AwsError);
  });

  it('of services in a Region are those services', () => {
    const { identity } = createAccount();
    const resourcePolicy = policy(allow({ Principal: { Service: 'states.eu-west-1.amazonaws.com' } }));

    identity.authorize(identity.service('states.amazonaws.com'), 'lambda:InvokeFunction', 'fn', {}, [resourcePolicy]);
  });

  it('of services may assume a role that trusts them', () => {
    const { identity, role } = createAccount();
    const Statement = [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }];
    const roleArn = role([], { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement } });

    identity.authorize(identity.service('lambda.amazonaws.com'), 'sts:AssumeRole', roleArn);
    expect(() => identity.authorize(identity.service('ec2.amazonaws.com'), 'sts:AssumeRole', roleArn)).toThrow(
      /because no role trust policy allows the sts:AssumeRole action$/,
    );
  });
});

describe('conditions', () => {
  it('see the keys of the caller and of the request', () => {
    const { identity, role } = createAccount();
    const roleArn = role([
      allow({
        Resource: `${BUCKET}/\${aws:PrincipalAccount}/*`,
        Condition: {
          StringEquals: { 'aws:RequestedRegion': 'eu-west-1' },
          ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT_ID}:role/*` },
          DateLessThan: { 'aws:CurrentTime': '2026-01-02T00:00:00Z' },
          Bool: { 'aws:SecureTransport': true },
        },
      }),
    ]);

    identity.authorize(identity.role(roleArn), 's3:GetObject', `${BUCKET}/${ACCOUNT_ID}/x`);
    expect(() => identity.authorize(identity.role(roleArn), 's3:GetObject', `${BUCKET}/999999999999/x`)).toThrow(
      AwsError,
    );
  });

  it('with an unknown operator are told once', () => {
    const { identity, role, notices } = createAccount();
    const Condition = { StringSounds: { 'aws:userid': 'a' } };
    const sessionPolicies = [policy(allow({ Condition }), deny({ Condition }))];

    identity.issue(role([]), { sessionName: 's', sessionPolicies });

    expect(notices).toEqual([
      "condition operator 'StringSounds' is not known: an Allow with it grants nothing, a Deny with it holds",
    ]);
  });
});
