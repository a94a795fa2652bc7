import { App } from 'aws-cdk-lib';
import { GateStack } from './lib/gate-stack';

const app = new App({ analyticsReporting: false, outdir: 'cdk.out' });
new GateStack(app, 'Gates');
// By itself an app is synthesized only where the CDK's command started it.
app.synth();
