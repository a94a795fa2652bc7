import { startBuild } from 'ringback/codebuild';
import { provisioningEngine } from 'ringback/servicecatalog';
import { terraformEngine } from 'ringback/terraform';

const engine = terraformEngine({
  stateBucket: process.env.STATE_BUCKET ?? 'unset',
  runner: ({ task, reference }) =>
    startBuild(task, { within: { hours: 8 }, answer: 'command', environment: { TERRAFORM_OPERATION: reference } }),
});

/** An engine whose products are Terraform configurations, run and answered by builds. */
export const handler = provisioningEngine(engine, { onCrash: 'retry' });
