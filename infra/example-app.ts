import { App, type AppProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { featureFlags } from './feature-flags.ts';
import { EngineStack } from './stacks/engine-stack.ts';
import { PipelineStack } from './stacks/pipeline-stack.ts';
import { ReleaseStack } from './stacks/release-stack.ts';
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
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}
