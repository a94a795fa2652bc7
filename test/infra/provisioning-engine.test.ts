import { App, Stack, Validations } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, it } from 'vitest';
import { LaunchRole, ProvisioningEngine, type ProvisioningEngineProps } from '../../infra/index.ts';
import { EngineStack } from '../../infra/stacks/engine-stack.ts';
import { gateEntry, temporaryFolder, testApp, testRingback, testStack } from './fixture.ts';
import { allowedBy, allowedStatements } from './policies.ts';

const NOTIFY = [
  'servicecatalog:NotifyProvisionProductEngineWorkflowResult',
  'servicecatalog:NotifyTerminateProvisionedProductEngineWorkflowResult',
  'servicecatalog:NotifyUpdateProvisionedProductEngineWorkflowResult',
];

function engine(stack: Stack, props: Partial<ProvisioningEngineProps> = {}, id = 'Engine'): ProvisioningEngine {
  const ringback = stack.node.tryFindChild('Ringback') ?? testRingback(stack);
  return new ProvisioningEngine(stack, id, {
    entry: gateEntry,
    parserEntry: gateEntry,
    engine: { ringback: ringback as never },
    ...props,
  });
}

function templateOf(props: Partial<ProvisioningEngineProps> = {}): Template {
  const stack = testStack();
  engine(stack, props);
  return Template.fromStack(stack);
}

/** The conditions under which Service Catalog may send to the queues, each once. */
function queueConditions(template: Template): unknown[] {
  const statements = Object.values(template.findResources('AWS::SQS::QueuePolicy'))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Principal }) => Principal.Service === 'servicecatalog.amazonaws.com');
  expect(statements).toHaveLength(3);
  for (const { Action } of statements) expect(Action).toBe('sqs:SendMessage');
  return [...new Set(statements.map(({ Condition }) => JSON.stringify(Condition)))].map((text) => JSON.parse(text));
}

describe('a provisioning engine', () => {
  let template: Template;
  beforeAll(() => {
    template = templateOf();
  });

  it('has queues and parser under the names by which Service Catalog finds them', () => {
    for (const operation of ['Provision', 'Update', 'Terminate']) {
      template.hasResourceProperties('AWS::SQS::Queue', {
        QueueName: `ServiceCatalogExternal${operation}OperationQueue`,
        SqsManagedSseEnabled: true,
        VisibilityTimeout: 360,
        RedrivePolicy: {
          deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('RingbackLastResortQueue'), 'Arn'] },
          maxReceiveCount: 5,
        },
      });
    }
    template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'ServiceCatalogExternalParameterParser' });
  });

  it('takes one message at a time, and gives back those that fail', () => {
    const mappings = Object.values(template.findResources('AWS::Lambda::EventSourceMapping')).filter(({ Properties }) =>
      JSON.stringify(Properties.EventSourceArn).includes('EngineQueues'),
    );
    expect(mappings.map(({ Properties }) => [Properties.BatchSize, Properties.FunctionResponseTypes])).toEqual(
      Array.from({ length: 3 }, () => [1, ['ReportBatchItemFailures']]),
    );
  });

  it('can put operations off', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ RINGBACK_CONTINUATION_QUEUE_URL: Match.anyValue() }) },
      Timeout: 60,
    });
  });

  it('is for operations and questions of this account alone', () => {
    expect(queueConditions(template)).toEqual([{ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }]);
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'servicecatalog.amazonaws.com',
      Action: 'lambda:InvokeFunction',
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
  });

  it('may notify and assume launch roles, and its last resort may notify', () => {
    expect(allowedBy(template, 'EngineNotifyPolicy')).toMatchObject([{ actions: NOTIFY, resources: ['*'] }]);
    expect(allowedBy(template, 'RingbackResultPolicy')).toMatchObject([{ actions: NOTIFY, resources: ['*'] }]);
    const [assume] = allowedBy(template, 'EngineLaunchRolesPolicy');
    expect(assume?.actions).toEqual(['sts:AssumeRole']);
    expect(JSON.stringify(assume?.resources)).toContain(':role/SCLaunch*');
    const onAnything = allowedStatements(template).filter(({ resources }) => resources.includes('*'));
    expect(onAnything.flatMap(({ actions }) => actions).filter((action) => !NOTIFY.includes(action))).toEqual([]);
  });

  it('has roles that the launch roles of the Administrator Guide trust', () => {
    for (const name of ['TerraformExecutionRole-', 'ServiceCatalogExternalParameterParserRole-']) {
      template.hasResourceProperties('AWS::IAM::Role', {
        Path: '/TerraformEngine/',
        RoleName: { 'Fn::Join': ['', [name, { Ref: 'AWS::Region' }]] },
      });
    }
  });

  it('names other accounts where they are told', () => {
    const accounts = templateOf({ sourceAccounts: ['111111111111', '222222222222'], launchRoleNames: ['Launch'] });
    expect(queueConditions(accounts)).toEqual([
      { StringEquals: { 'aws:SourceAccount': ['111111111111', '222222222222'] } },
    ]);
    accounts.resourceCountIs('AWS::Lambda::Permission', 2);
    const [assume] = allowedBy(accounts, 'EngineLaunchRolesPolicy');
    expect(JSON.stringify(assume?.resources)).toContain(':iam::222222222222:role/Launch"');
  });

  it('names the organization where it is told', () => {
    const organization = templateOf({ organizationId: 'o-a1b2c3d4e5' });
    expect(queueConditions(organization)).toEqual([{ StringEquals: { 'aws:SourceOrgID': 'o-a1b2c3d4e5' } }]);
    organization.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'aws:ResourceOrgID': 'o-a1b2c3d4e5' } },
          }),
        ],
      },
    });
  });

  it('lets Service Catalog use its own key, for the same accounts', () => {
    const stack = testStack();
    engine(stack, { encryptionKey: new Key(stack, 'Key', { enableKeyRotation: true }) });
    const own = Template.fromStack(stack);
    own.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'ServiceCatalogExternalProvisionOperationQueue',
      KmsMasterKeyId: Match.anyValue(),
    });
    const [key] = Object.values(own.findResources('AWS::KMS::Key'));
    expect(key?.Properties.KeyPolicy.Statement).toContainEqual({
      Effect: 'Allow',
      Principal: { Service: 'servicecatalog.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    });
  });

  it('lets another principal complete its deferred operations', () => {
    const stack = testStack();
    const build = new Role(stack, 'Build', { assumedBy: new ServicePrincipal('codebuild.amazonaws.com') });
    engine(stack).grantComplete(build);
    const allowed = allowedBy(Template.fromStack(stack), 'BuildDefaultPolicy').flatMap(({ actions }) => actions);
    expect(allowed).toEqual(['dynamodb:GetItem', 'dynamodb:UpdateItem', ...NOTIFY]);
  });

  it('is alone for its product type in an account and Region', () => {
    const stack = testStack();
    engine(stack);
    expect(() => engine(stack, {}, 'Second')).toThrow(
      'there can be one provisioning engine for EXTERNAL products in an account and Region, but Test/Second and Test/Engine',
    );
    engine(stack, { productType: 'TERRAFORM_CLOUD' }, 'Cloud');
    Template.fromStack(stack).hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'ServiceCatalogTerraformCloudUpdateOperationQueue',
    });
  });

  it('may stand in another Region of the same app', () => {
    const app = testApp();
    for (const region of ['eu-central-1', 'us-east-1']) {
      engine(new Stack(app, `In-${region}`, { env: { account: '111111111111', region } }));
    }
    const again = new Stack(app, 'Again', { env: { account: '111111111111', region: 'us-east-1' } });
    expect(() => engine(again)).toThrow('aws://111111111111/us-east-1');
  });
});

describe('a launch role', () => {
  it('trusts Service Catalog and the engine of another account', () => {
    const stack = testStack();
    new LaunchRole(stack, 'Launch', { roleName: 'SCLaunchBuckets', engineAccount: '999999999999' });
    const [role] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'));
    const [service, hub] = role?.Properties.AssumeRolePolicyDocument.Statement ?? [];
    expect(service.Principal).toEqual({ Service: 'servicecatalog.amazonaws.com' });
    expect(JSON.stringify(hub.Principal)).toContain(':iam::999999999999:root');
    expect(JSON.stringify(hub.Condition.ArnLike['aws:PrincipalArn'])).toContain(
      ':iam::999999999999:role/TerraformEngine/TerraformExecutionRole*',
    );
  });
});

describe('the example engine', () => {
  it('passes cdk-nag', () => {
    const app = new App({ analyticsReporting: false, outdir: temporaryFolder() });
    const stack = new EngineStack(app, 'RingbackEngine');
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    app.synth();
    expect(Annotations.fromStack(stack).findError('*', Match.anyValue())).toEqual([]);
  });

  it('would not pass cdk-nag with a pattern that nobody answers for', () => {
    const app = testApp();
    const stack = new EngineStack(app, 'RingbackEngine');
    const role = new Role(stack, 'Loose', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).toThrow();
  });
});
