import { fileURLToPath } from 'node:url';
import { exampleApp } from './example-app.ts';

// The CDK's command line names its output folder; run by itself, the app writes to the same place.
const outdir = process.env.CDK_OUTDIR ?? fileURLToPath(new URL('../cdk.out', import.meta.url));

exampleApp({ outdir }).synth();
