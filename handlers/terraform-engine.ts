import { provisioningEngine } from 'ringback/servicecatalog';
import { terraformEngine } from 'ringback/terraform';

/** An engine whose products are Terraform configurations; their states are kept in a bucket of the engine's account. */
export const handler = provisioningEngine(terraformEngine({ stateBucket: process.env.STATE_BUCKET ?? 'unset' }), {
  onCrash: 'retry',
});
