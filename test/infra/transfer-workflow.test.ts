import { Validations } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { type IVpc, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { FileSystem } from 'aws-cdk-lib/aws-efs';
import { Key } from 'aws-cdk-lib/aws-kms';
import { FileSystem as LambdaFileSystem } from 'aws-cdk-lib/aws-lambda';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { CfnServer } from 'aws-cdk-lib/aws-transfer';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  copyStep,
  decryptStep,
  deleteStep,
  TransferWorkflow,
  type TransferWorkflowProps,
  tagStep,
  WorkflowStepFunction,
} from '../../infra/index.ts';
import { TransferStack } from '../../infra/stacks/transfer-stack.ts';
import { gateEntry, testApp, testRingback, testStack } from './fixture.ts';
import { allowedBy, allowedStatements } from './policies.ts';

let stack: ReturnType<typeof testStack>;
let uploads: IBucket;
let store: IBucket;

beforeEach(() => {
  stack = testStack();
  uploads = new Bucket(stack, 'Uploads') as IBucket;
  store = new Bucket(stack, 'Store') as IBucket;
});

function createWorkflow(props: Partial<TransferWorkflowProps>) {
  return new TransferWorkflow(stack, 'Workflow', { steps: [], uploads: [{ bucket: uploads, key: 'in/' }], ...props });
}

describe('a workflow', () => {
  it('has all five kinds of step, spelt as CloudFormation wants them', () => {
    const scan = new WorkflowStepFunction(stack, 'Scan', { entry: gateEntry, ringback: testRingback(stack) });
    createWorkflow({
      description: 'Checks',
      steps: [
        decryptStep({ name: 'open', destination: { bucket: store, key: 'plain/' } }),
        scan.step({ name: 'scan' }),
        copyStep({
          name: 'keep',
          destination: { bucket: store, key: 'kept/\u0024{transfer:UserName}/' },
          overwriteExisting: true,
        }),
        tagStep({ name: 'mark', tags: { Checked: 'yes' } }),
        deleteStep({ name: 'clear', sourceFile: 'original' }),
      ],
      exceptionSteps: [scan.step({ name: 'tell' })],
    });
    const target = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Scan'), 'Arn'] };
    Template.fromStack(stack).hasResourceProperties('AWS::Transfer::Workflow', {
      Description: 'Checks',
      Steps: [
        {
          Type: 'DECRYPT',
          DecryptStepDetails: Match.objectLike({
            Name: 'open',
            Type: 'PGP',
            OverwriteExisting: 'FALSE',
            DestinationFileLocation: { S3FileLocation: { Bucket: Match.anyValue(), Key: 'plain/' } },
          }),
        },
        {
          Type: 'CUSTOM',
          CustomStepDetails: {
            Name: 'scan',
            Target: target,
            TimeoutSeconds: 900,
            SourceFileLocation: '\u0024{previous.file}',
          },
        },
        {
          Type: 'COPY',
          CopyStepDetails: {
            Name: 'keep',
            SourceFileLocation: '\u0024{previous.file}',
            OverwriteExisting: 'TRUE',
            DestinationFileLocation: {
              S3FileLocation: {
                Bucket: { Ref: Match.stringLikeRegexp('^Store') },
                Key: 'kept/\u0024{transfer:UserName}/',
              },
            },
          },
        },
        { Type: 'TAG', TagStepDetails: Match.objectLike({ Name: 'mark', Tags: [{ Key: 'Checked', Value: 'yes' }] }) },
        { Type: 'DELETE', DeleteStepDetails: { Name: 'clear', SourceFileLocation: '\u0024{original.file}' } },
      ],
      OnExceptionSteps: [{ Type: 'CUSTOM', CustomStepDetails: Match.objectLike({ Name: 'tell', Target: target }) }],
    });
  });

  it('runs under a role that only Transfer Family of this account assumes, for a workflow', () => {
    createWorkflow({});
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { Service: 'transfer.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
              ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', Match.arrayWith([':workflow/*'])] } },
            },
          },
        ],
      },
    });
  });

  it.each([
    [
      'reads uploads and writes where copies go',
      () => [copyStep({ name: 'keep', destination: { bucket: store, key: 'kept/' } })],
      { 'in/*': 's3:GetObject', 'kept/*': 's3:PutObject' },
      { 'in/*': 's3:DeleteObject', 'kept/*': 's3:DeleteObject' },
    ],
    [
      'deletes the original alone after a copy',
      () => [
        copyStep({ name: 'keep', destination: { bucket: store, key: 'kept/' } }),
        deleteStep({ name: 'clear', sourceFile: 'original' }),
      ],
      { 'in/*': 's3:DeleteObject' },
      { 'kept/*': 's3:DeleteObject' },
    ],
    [
      'tags the copy alone after a copy',
      () => [
        copyStep({ name: 'keep', destination: { bucket: store, key: 'one.csv' } }),
        tagStep({ name: 'mark', tags: { a: 'b' } }),
      ],
      { 'one.csv': 's3:PutObjectVersionTagging' },
      { 'in/*': 's3:PutObjectVersionTagging' },
    ],
  ])('%s', (_what, steps, may, mayNot) => {
    createWorkflow({ steps: steps() });
    const allowed = allowedBy(Template.fromStack(stack), 'WorkflowRole');
    const actionsOn = (pattern: string) =>
      allowed
        .filter(({ resources }) => JSON.stringify(resources).includes(`/${pattern}`))
        .flatMap(({ actions }) => actions);
    for (const [pattern, action] of Object.entries(may)) expect(actionsOn(pattern)).toContain(action);
    for (const [pattern, action] of Object.entries(mayNot)) expect(actionsOn(pattern)).not.toContain(action);
    expect(allowed.flatMap(({ resources }) => resources)).not.toContain('*');
  });

  it('takes the uploads of a file system: mounts it, and writes there only to delete', () => {
    const vpc = new Vpc(stack, 'Vpc') as IVpc;
    const fileSystem = new FileSystem(stack, 'Files', { vpc });
    const mounted = {
      filesystem: LambdaFileSystem.fromEfsAccessPoint(fileSystem.addAccessPoint('Point'), '/mnt/files'),
      vpc,
    };
    const scan = new WorkflowStepFunction(stack, 'Scan', {
      entry: gateEntry,
      ringback: testRingback(stack),
      ...mounted,
    });
    createWorkflow({ uploads: [{ fileSystem }], steps: [scan.step({ name: 'scan' }), deleteStep({ name: 'clear' })] });
    const statements = allowedStatements(Template.fromStack(stack)).filter(({ policy }) => /WorkflowRole/.test(policy));
    expect(statements.map(({ actions }) => actions)).toEqual([
      ['lambda:InvokeFunction'],
      ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
    ]);
    expect(JSON.stringify(statements[1]?.resources)).toMatch(/"Files\w+","Arn"/);
  });

  it.each([
    ['copies', () => copyStep({ name: 'keep', destination: { bucket: store } })],
    ['tags', () => tagStep({ name: 'mark', tags: { Checked: 'yes' } })],
  ])('is refused when it %s files on EFS', (what, step) => {
    const fileSystem = FileSystem.fromFileSystemAttributes(stack, 'Files', {
      fileSystemId: 'fs-0123456789abcdef0',
      securityGroup: SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1'),
    });
    expect(() => createWorkflow({ uploads: [{ fileSystem }], steps: [step()] })).toThrow(
      new RegExp(`^step "\\w+" ${what} files on EFS, which Transfer Family does in S3 alone`),
    );
  });

  it('uses the keys of encrypted buckets', () => {
    const bucket = new Bucket(stack, 'Encrypted', { encryptionKey: new Key(stack, 'Key') }) as IBucket;
    createWorkflow({ steps: [copyStep({ name: 'keep', destination: { bucket } })] });
    const actions = allowedStatements(Template.fromStack(stack)).flatMap((statement) => statement.actions);
    expect(actions).toEqual(expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey']));
  });

  it('is handed to a server with another for what broken sessions left behind', () => {
    const sweep = new TransferWorkflow(stack, 'Sweep', { steps: [deleteStep({ name: 'sweep' })], uploads: [] });
    new CfnServer(stack, 'Server', { workflowDetails: createWorkflow({}).withPartialUploads(sweep) });
    const detail = (id: string) => [
      {
        WorkflowId: { 'Fn::GetAtt': [Match.stringLikeRegexp(`^${id}`), 'WorkflowId'] },
        ExecutionRole: { 'Fn::GetAtt': [Match.stringLikeRegexp(`^${id}Role`), 'Arn'] },
      },
    ];
    Template.fromStack(stack).hasResourceProperties('AWS::Transfer::Server', {
      WorkflowDetails: { OnUpload: detail('Workflow'), OnPartialUpload: detail('Sweep') },
    });
  });

  it('is handed to a server', () => {
    const workflow = createWorkflow({});
    new CfnServer(stack, 'Server', { workflowDetails: workflow.workflowDetails });
    Template.fromStack(stack).hasResourceProperties('AWS::Transfer::Server', {
      WorkflowDetails: {
        OnUpload: [
          {
            WorkflowId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Workflow'), 'WorkflowId'] },
            ExecutionRole: { 'Fn::GetAtt': [Match.stringLikeRegexp('^WorkflowRole'), 'Arn'] },
          },
        ],
      },
    });
  });

  it('is refused with nine steps, or two of one name', () => {
    const tag = (name: string) => tagStep({ name, tags: { a: 'b' } });
    const nine = Array.from({ length: 9 }, (_, index) => tag(`tag-${index}`));
    expect(() => createWorkflow({ steps: nine })).toThrow(/at most 8/);
    expect(() => new TransferWorkflow(stack, 'Two', { uploads: [], steps: [tag('a'), tag('a')] })).toThrow(/"a"/);
    expect(() => tagStep({ name: 'a', tags: {} })).toThrow(/0 tags/);
  });

  it('warns of a step that would take a deleted file', () => {
    createWorkflow({ steps: [deleteStep({ name: 'clear' }), tagStep({ name: 'late', tags: { a: 'b' } })] });
    Annotations.fromStack(stack).hasWarning('/Test/Workflow', Match.stringLikeRegexp('"late".*"clear".*NOT_FOUND'));
  });
});

describe('the example stack', () => {
  const templateOf = (context: Record<string, unknown> = {}) => {
    const app = testApp();
    for (const [key, value] of Object.entries(context)) app.node.setContext(key, value);
    const example = new TransferStack(app, 'RingbackTransfer');
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    return Template.fromStack(example);
  };

  it('passes cdk-nag, and allows no pattern of actions and nothing on every resource', () => {
    for (const { actions, resources } of allowedStatements(templateOf())) {
      expect(actions.filter((action) => action.includes('*'))).toEqual([]);
      expect(resources).not.toContain('*');
    }
  });

  it('has a server only where somebody wants one', () => {
    const template = templateOf();
    template.hasParameter('SftpServer', { Default: 'false', AllowedValues: ['true', 'false'] });
    template.hasCondition('HasSftpServer', { 'Fn::Equals': [{ Ref: 'SftpServer' }, 'true'] });
    for (const type of ['AWS::Transfer::Server', 'AWS::Transfer::User', 'AWS::Logs::LogGroup']) {
      const [conditional] = Object.values(template.findResources(type)).filter(
        ({ Condition }) => Condition !== undefined,
      );
      expect(conditional?.Condition).toBe('HasSftpServer');
    }
    templateOf({ 'ringback:sftpServer': 'true' }).hasParameter('SftpServer', { Default: 'true' });
  });
});
