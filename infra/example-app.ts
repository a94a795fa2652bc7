import { App, type AppProps, Stage, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { featureFlags } from './feature-flags.ts';
import { BuildStack } from './stacks/build-stack.ts';
import { EngineStack } from './stacks/engine-stack.ts';
import { HookStack } from './stacks/hook-stack.ts';
import { PipelineStack } from './stacks/pipeline-stack.ts';
import { ReleaseStack } from './stacks/release-stack.ts';
import { ResourceStack } from './stacks/resource-stack.ts';
import { TerraformStack } from './stacks/terraform-stack.ts';
import { TransferStack } from './stacks/transfer-stack.ts';
import { WorkerStack } from './stacks/worker-stack.ts';

/** The CDK app with all example stacks, checked by cdk-nag. The stacks fit every account and Region. */
export function exampleApp(props: AppProps = {}): App {
  const app = new App({ analyticsReporting: false, ...props, context: { ...featureFlags, ...props.context } });
  new PipelineStack(app, 'RingbackPipeline');
  new TransferStack(app, 'RingbackTransfer');
  new WorkerStack(app, 'RingbackWorkers', { thirdParty: true });
  new EngineStack(app, 'RingbackEngine');
  new ReleaseStack(app, 'RingbackRelease');
  // A stage of its own: `cdk deploy --all` takes the stacks of the app itself, and a hook acts on the whole account.
  // The local cloud deploys it first, and the other examples need not wait for it.
  new HookStack(new Stage(app, 'Account'), 'Hook', {
    stackName: 'RingbackHook',
    stackNames: { exclude: ['Ringback*'] },
  });
  new ResourceStack(app, 'RingbackResources');
  new BuildStack(app, 'RingbackBuilds');
  new TerraformStack(app, 'RingbackTerraform');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}
