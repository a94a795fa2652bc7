import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type App, CfnParameter, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { FileSystem } from 'aws-cdk-lib/aws-efs';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import {
  BuildRunner,
  CloudControlPolicy,
  CustomActionWorker,
  copyStep,
  decryptStep,
  deleteStep,
  PipelineJobFunction,
  ProvisioningEngine,
  type ProvisioningEngineProps,
  TerraformEngine,
  TransferWorkflow,
  tagStep,
  type WorkflowStepDefinition,
  WorkflowStepFunction,
} from '../../infra/index.ts';
import { gateEntry, testApp, testRingback, testStack } from './fixture.ts';
import { allowedBy, allowedStatements } from './policies.ts';

/* What roles may do, whole: a statement that is added, widened or lost shows here. */

/** A value of a template as one text: `<Store.Arn>/kept/*`, without the hashes of logical ids. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>;
  const name = (id: unknown) => String(id).replace(/[0-9A-F]{8}$/, '');
  if (Ref !== undefined) return `<${name(Ref)}>`;
  if (Array.isArray(attribute)) return `<${name(attribute[0])}.${attribute[1]}>`;
  const [separator, parts] = join as [string, unknown[]];
  return parts.map(shown).join(separator);
}

/** The statements of a role's own policies, a line each. */
function statementsOf(template: Template, policy: string): string[] {
  return allowedBy(template, policy).map(({ actions, resources, conditions }) =>
    [actions.join(' '), 'on', ...resources.map(shown), ...(conditions ? [JSON.stringify(conditions)] : [])].join(' '),
  );
}

interface Place {
  readonly uploads: IBucket;
  readonly store: IBucket;
  readonly scan: WorkflowStepFunction;
}

/** A stack with a workflow whose steps a test chooses. */
function workflowTemplate(
  steps: (place: Place) => readonly WorkflowStepDefinition[],
  exceptionSteps: (place: Place) => readonly WorkflowStepDefinition[] = () => [],
): Template {
  const stack = testStack();
  const place = {
    uploads: new Bucket(stack, 'Uploads') as IBucket,
    store: new Bucket(stack, 'Store', { encryptionKey: new Key(stack, 'StoreKey') }) as IBucket,
    scan: new WorkflowStepFunction(stack, 'Scan', { entry: gateEntry, ringback: testRingback(stack) }),
  };
  new TransferWorkflow(stack, 'Workflow', {
    steps: steps(place),
    exceptionSteps: exceptionSteps(place),
    uploads: [{ bucket: place.uploads, key: 'in/' }],
  });
  return Template.fromStack(stack);
}

const READ = 's3:GetObject s3:GetObjectTagging s3:GetObjectVersion s3:GetObjectVersionTagging on';
const WRITE = 's3:PutObject s3:PutObjectTagging on';
const TAG = 's3:GetObject s3:GetObjectTagging s3:PutObjectTagging s3:PutObjectVersionTagging on';
const DELETE = 's3:DeleteObject s3:DeleteObjectVersion on';
const PGP =
  'secretsmanager:GetSecretValue on arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:aws/transfer/*';

describe('the role of a workflow', () => {
  it('may do what its steps do, where they do it, and each thing once', () => {
    const template = workflowTemplate(
      ({ store, scan }) => [
        decryptStep({ name: 'open', destination: { bucket: store, key: 'plain/' } }),
        scan.step({ name: 'scan' }),
        scan.step({ name: 'again' }),
        copyStep({ name: 'keep', destination: { bucket: store, key: 'kept/\u0024{transfer:UserName}.csv' } }),
        copyStep({ name: 'keep-too', destination: { bucket: store, key: 'kept/\u0024{transfer:UploadDate}.csv' } }),
        tagStep({ name: 'mark', tags: { Checked: 'yes' } }),
        deleteStep({ name: 'clear', sourceFile: 'original' }),
      ],
      ({ scan }) => [scan.step({ name: 'tell' })],
    );
    expect(statementsOf(template, 'WorkflowRolePolicy')).toEqual([
      'lambda:InvokeFunction on <Scan.Arn>',
      `${READ} <Uploads.Arn>/in/*`,
      `${WRITE} <Store.Arn>/plain/*`,
      `${READ} <Store.Arn>/plain/*`,
      `${WRITE} <Store.Arn>/kept/*.csv`,
      `${READ} <Store.Arn>/kept/*.csv`,
      `${TAG} <Store.Arn>/kept/*.csv`,
      `${DELETE} <Uploads.Arn>/in/*`,
      's3:ListBucket on <Uploads.Arn> <Store.Arn>',
      PGP,
    ]);
    expect(statementsOf(template, 'WorkflowRoleDefaultPolicy')).toEqual([
      'kms:Decrypt kms:GenerateDataKey on <StoreKey.Arn>',
      'kms:Decrypt on <StoreKey.Arn>',
    ]);
  });

  it('may invoke the functions of exception steps, and read the keys of PGP for them, too', () => {
    const template = workflowTemplate(
      () => [],
      ({ store, scan }) => [
        scan.step({ name: 'tell' }),
        decryptStep({ name: 'open', destination: { bucket: store, key: 'one.csv' } }),
      ],
    );
    expect(statementsOf(template, 'WorkflowRolePolicy')).toEqual([
      'lambda:InvokeFunction on <Scan.Arn>',
      `${READ} <Uploads.Arn>/in/*`,
      `${WRITE} <Store.Arn>/one.csv`,
      `${READ} <Store.Arn>/one.csv`,
      's3:ListBucket on <Uploads.Arn> <Store.Arn>',
      PGP,
    ]);
  });

  it('may invoke nothing, decrypt nothing and use no key where its steps do not', () => {
    const template = workflowTemplate(({ uploads }) => [copyStep({ name: 'keep', destination: { bucket: uploads } })]);
    expect(statementsOf(template, 'WorkflowRolePolicy')).toEqual([
      `${READ} <Uploads.Arn>/in/*`,
      `${WRITE} <Uploads.Arn>/*`,
      `${READ} <Uploads.Arn>/*`,
      's3:ListBucket on <Uploads.Arn>',
    ]);
    expect(statementsOf(template, 'WorkflowRoleDefaultPolicy')).toEqual([]);
  });

  it('mounts each file system once for each use, and lists no bucket', () => {
    const stack = testStack();
    const fileSystem = new FileSystem(stack, 'Files', { vpc: new Vpc(stack, 'Vpc') as IVpc });
    new TransferWorkflow(stack, 'Workflow', {
      steps: [deleteStep({ name: 'clear' })],
      uploads: [{ fileSystem }, { fileSystem }],
    });
    expect(statementsOf(Template.fromStack(stack), 'WorkflowRolePolicy')).toEqual([
      'elasticfilesystem:ClientMount elasticfilesystem:ClientWrite on <Files.Arn>',
    ]);
  });

  it('has a reason for each pattern, so that cdk-nag finds nothing', () => {
    const app = testApp();
    const stack = new Stack(app, 'Test');
    const uploads = new Bucket(stack, 'Uploads') as IBucket;
    new TransferWorkflow(stack, 'Workflow', {
      steps: [decryptStep({ name: 'open', destination: { bucket: uploads, key: 'plain/' } })],
      uploads: [{ bucket: uploads, key: 'in/' }],
    });
    expect(findingsOf(app).filter((finding) => !finding.startsWith('Test/Uploads/'))).toEqual([]);
  });
});

describe('the roles of an engine', () => {
  const create = (props: Partial<ProvisioningEngineProps> = {}) => {
    const app = testApp();
    const stack = new Stack(app, 'Test');
    const engine = { ringback: testRingback(stack) };
    new ProvisioningEngine(stack, 'Engine', { entry: gateEntry, parserEntry: gateEntry, engine, ...props });
    return { app, stack };
  };

  it('may be assumed by Lambda alone, under the names that launch roles trust', () => {
    const roles = Object.values(Template.fromStack(create().stack).findResources('AWS::IAM::Role'))
      .map(({ Properties }) => Properties)
      .filter(({ Path }) => Path === '/TerraformEngine/');
    expect(roles.map(({ RoleName }) => shown(RoleName))).toEqual([
      'TerraformExecutionRole-<AWS::Region>',
      'ServiceCatalogExternalParameterParserRole-<AWS::Region>',
    ]);
    for (const { AssumeRolePolicyDocument } of roles) {
      expect(AssumeRolePolicyDocument.Statement).toEqual([
        { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
      ]);
    }
  });

  it.each<[string, Partial<ProvisioningEngineProps>, string]>([
    ['this account’s', {}, 'sts:AssumeRole on arn:<AWS::Partition>:iam::<AWS::AccountId>:role/SCLaunch*'],
    [
      'those of named accounts',
      { sourceAccounts: ['111111111111', '222222222222'], launchRoleNames: ['Launch'] },
      'sts:AssumeRole on arn:<AWS::Partition>:iam::111111111111:role/Launch arn:<AWS::Partition>:iam::222222222222:role/Launch',
    ],
    [
      'those of an organization',
      { organizationId: 'o-a1b2c3d4e5' },
      'sts:AssumeRole on arn:<AWS::Partition>:iam::*:role/SCLaunch* {"StringEquals":{"aws:ResourceOrgID":"o-a1b2c3d4e5"}}',
    ],
  ])('may assume launch roles: %s', (_whose, props, expected) => {
    expect(statementsOf(Template.fromStack(create(props).stack), 'EngineLaunchRolesPolicy')).toEqual([expected]);
  });

  it('lets the parser read artifacts of Service Catalog alone', () => {
    expect(
      allowedStatements(Template.fromStack(create().stack)).filter(({ actions }) => actions.includes('s3:GetObject')),
    ).toMatchObject([
      {
        actions: ['s3:GetObject'],
        resources: [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':s3:::sc-*/*']] }],
        conditions: { StringEquals: { 's3:ExistingObjectTag/servicecatalog:provisioning': 'true' } },
      },
    ]);
  });

  it.each<[string, Partial<ProvisioningEngineProps>]>([
    ['this account’s', {}],
    ['names without a pattern', { launchRoleNames: ['Launch'] }],
    ['an organization’s', { organizationId: 'o-a1b2c3d4e5' }],
  ])('has a reason for each pattern, so that cdk-nag finds nothing: %s', (_whose, props) => {
    expect(findingsOf(create(props).app)).toEqual([]);
  });
});

describe('a job worker', () => {
  it('may be answered for on any resource, by the last resort and by whoever completes, and invoke itself in a loop', () => {
    const stack = testStack();
    const actionType = { category: 'Test', provider: 'Checks' } as const;
    const worker = new CustomActionWorker(stack, 'Worker', {
      entry: gateEntry,
      ringback: testRingback(stack),
      actionType,
    });
    const role = new Role(stack, 'Completer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    worker.grantComplete(role);
    const template = Template.fromStack(stack);
    expect(statementsOf(template, 'RingbackResultPolicy')).toEqual([
      'codepipeline:AcknowledgeJob codepipeline:PutJobFailureResult codepipeline:PutJobSuccessResult on *',
    ]);
    expect(statementsOf(template, 'CompleterDefaultPolicy').filter((line) => line.startsWith('codepipeline'))).toEqual([
      'codepipeline:PutJobFailureResult codepipeline:PutJobSuccessResult on *',
    ]);
    const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
    const own = functions
      .filter(([id]) => id.startsWith('Worker'))
      .map(([, { Properties }]) => Properties.RecursiveLoop);
    expect(own).toEqual(['Allow']);
  });
});

describe('what is meant, and has its reason, so that cdk-nag finds none of it', () => {
  const env = { account: '123456789012', region: 'eu-central-1' };
  const files = (stack: Stack, bucket: IBucket) => {
    const scan = new WorkflowStepFunction(stack, 'Scan', { entry: gateEntry, ringback: testRingback(stack) });
    scan.readsFrom(bucket, 'in/*');
    scan.writesTo(bucket, 'out/*');
    const steps = [scan.step({ name: 'scan' }), copyStep({ name: 'keep', destination: { bucket, key: 'kept/' } })];
    new TransferWorkflow(stack, 'Workflow', { steps, uploads: [{ bucket, key: 'in/' }] });
  };
  const kinds: Readonly<Record<string, (stack: Stack) => void>> = {
    'a workflow, of a bucket made elsewhere': (stack) => files(stack, Bucket.fromBucketName(stack, 'Files', 'landing')),
    'a workflow, of a bucket whose name is a parameter': (stack) =>
      files(stack, Bucket.fromBucketName(stack, 'Files', new CfnParameter(stack, 'Name').valueAsString)),
    'a workflow, of a bucket of its stack': (stack) => files(stack, new Bucket(stack, 'Files') as IBucket),
    'requests to Cloud Control': (stack) => {
      const { role } = new PipelineJobFunction(stack, 'Gate', { entry: gateEntry, ringback: testRingback(stack) });
      if (role !== undefined) new CloudControlPolicy(stack, 'CloudControl', { role });
    },
    builds: (stack) => {
      const runner = new BuildRunner(stack, 'Builds', { ringback: testRingback(stack) });
      const scan = new WorkflowStepFunction(stack, 'Scan', { entry: gateEntry, ringback: runner.ringback });
      runner.grantStart(scan);
    },
    'Terraform, its states in a bucket made elsewhere': (stack) => {
      const stateBucket = Bucket.fromBucketName(stack, 'States', 'states');
      const engine = { ringback: testRingback(stack) };
      new TerraformEngine(stack, 'Terraform', { entry: gateEntry, parserEntry: gateEntry, engine, stateBucket });
    },
  };

  it.each(
    Object.entries(kinds).flatMap(
      ([kind, make]) =>
        [
          [kind, 'any account', {}, make],
          [kind, 'one account', { env }, make],
        ] as const,
    ),
  )('%s, in a stack of %s', (_kind, _place, props, make) => {
    const app = testApp();
    make(new Stack(app, 'Test', props));
    expect(findingsOf(app).filter((finding) => finding.includes('IAM5'))).toEqual([]);
  });
});

/** What cdk-nag finds, as `Test/Workflow/Role AwsSolutions-IAM5[…]`. */
function findingsOf(app: App): readonly string[] {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  try {
    app.synth();
  } catch {
    // It throws for what it finds, and the report says what that is.
  }
  const { pluginReports } = JSON.parse(readFileSync(path.join(app.outdir, 'validation-report.json'), 'utf8')) as {
    pluginReports: { violations: { ruleName: string; violatingConstructs: { constructPath: string }[] }[] }[];
  };
  return pluginReports
    .flatMap(({ violations }) => violations)
    .flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${constructPath} ${ruleName}`),
    );
}
