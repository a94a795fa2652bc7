import { fileURLToPath } from 'node:url';
import type { Stack } from 'aws-cdk-lib';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { BuildRunner, CustomActionWorker, LaunchRole, ProvisioningEngine } from 'ringback/infra';
import { sourceStage } from '../../infra/stacks/source-stage.ts';

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

const LAUNCH_ROLE = 'SCLaunchByBuild';

/** A worker of a custom action and a provisioning engine, whose work is done by builds of one runner. */
export function declareEveryTask(stack: Stack) {
  const bucket = new Bucket(stack, 'Source', { versioned: true }) as IBucket;
  const runner = new BuildRunner(stack, 'Runner');
  const worker = new CustomActionWorker(stack, 'Shipper', {
    entry: fixture('build-worker.ts'),
    actionType: { category: 'Deploy', provider: 'Shipper', properties: [{ name: 'Target', required: true }] },
  });
  runner.grantStart(worker);
  const engine = new ProvisioningEngine(stack, 'Engine', {
    entry: fixture('build-product.ts'),
    // Nobody asks a parser here.
    parserEntry: fixture('build-product.ts'),
  });
  runner.grantStart(engine.engine);
  new LaunchRole(stack, 'Launch', { roleName: LAUNCH_ROLE });
  new Pipeline(stack, 'Pipeline', {
    pipelineName: 'ships',
    pipelineType: PipelineType.V2,
    artifactBucket: bucket,
    stages: [
      sourceStage(bucket, 'source.zip', new Artifact('Source')),
      { stageName: 'Ship', actions: [worker.action({ actionName: 'Ship', configuration: { Target: 'the moon' } })] },
    ],
  });
  return { SourceBucket: bucket.bucketName, LaunchRoleName: LAUNCH_ROLE };
}
