import { App } from 'aws-cdk-lib';
import { GateStack } from './gate-stack.ts';

/** Run by the CDK: `cdk deploy --app 'node gate-app.ts'`. */
const app = new App();
new GateStack(app, 'Gate', { url: app.node.tryGetContext('url') ?? 'https://example.com/' });
app.synth();
