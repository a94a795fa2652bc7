import { fileURLToPath } from 'node:url';
import { exampleApp } from './example-app.ts';

// The CDK's command line names its output folder; run by itself, the app writes to the same place.
const deploying = process.env.CDK_OUTDIR;

exampleApp({
  outdir: deploying ?? fileURLToPath(new URL('../cdk.out', import.meta.url)),
  // The CDK's own template checks take two thirds of a synthesis. What is deployed is checked; the local cloud, which
  // takes what the app writes by itself, need not wait for it.
  builtinCloudFormationValidation: deploying !== undefined,
}).synth();
