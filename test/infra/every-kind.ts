import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { AccessPoint, FileSystem as EfsFileSystem } from 'aws-cdk-lib/aws-efs';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { FileSystem } from 'aws-cdk-lib/aws-lambda';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  CloudControlPolicy,
  CustomActionWorker,
  PipelineJobFunction,
  ProvisioningEngine,
  ResourceHookFunction,
  Ringback,
  ThirdPartyActionWorker,
  TransferWorkflow,
  WorkflowStepFunction,
} from '../../infra/index.ts';
import { gateEntry, temporaryFolder } from './fixture.ts';

/** One function of each kind with everything that it may be given, under one Ringback with a key. Nothing is bundled. */
export function everyKind(): Template {
  const context = { 'aws:cdk:bundling-stacks': [] };
  const app = new App({ outdir: temporaryFolder(), builtinCloudFormationValidation: false, context });
  const stack = new Stack(app, 'Every');
  const ringback = new Ringback(stack, 'Ringback', {
    encryptionKey: new Key(stack, 'Key'),
    outcomeEventBus: new EventBus(stack, 'Outcomes') as IEventBus,
    metricsNamespace: 'Every',
  });
  const props = { entry: gateEntry, ringback };
  const bucket = new Bucket(stack, 'Files') as IBucket;
  const vpc = new Vpc(stack, 'Vpc', { restrictDefaultSecurityGroup: false }) as IVpc;
  const fileSystem = new EfsFileSystem(stack, 'Efs', { vpc });

  const gate = new PipelineJobFunction(stack, 'Gate', props);
  if (gate.role !== undefined) new CloudControlPolicy(gate, 'CloudControl', { role: gate.role });
  new CustomActionWorker(stack, 'Worker', {
    ...props,
    actionType: { category: 'Test', provider: 'Checks', properties: [{ name: 'Token', secret: true }] },
  });
  new ThirdPartyActionWorker(stack, 'Partner', {
    ...props,
    actionType: { category: 'Test', provider: 'Checks' },
    clientTokenSecret: new Secret(stack, 'Tokens') as ISecret,
  });
  const scan = new WorkflowStepFunction(stack, 'Scan', {
    ...props,
    vpc,
    filesystem: FileSystem.fromEfsAccessPoint(new AccessPoint(stack, 'Access', { fileSystem }), '/mnt/uploads'),
    failureTag: 'why',
    failureEventBus: new EventBus(stack, 'Bus') as IEventBus,
  });
  scan.readsFrom(bucket);
  const steps = [scan.step({ name: 'scan', timeout: Duration.minutes(15) })];
  new TransferWorkflow(stack, 'Workflow', { uploads: [{ bucket }], steps });
  new ProvisioningEngine(stack, 'Engine', { entry: gateEntry, parserEntry: gateEntry, engine: { ringback } });
  new ResourceHookFunction(stack, 'Hook', { entry: gateEntry, hookName: 'My::Own::Hook' });
  return Template.fromStack(stack);
}
