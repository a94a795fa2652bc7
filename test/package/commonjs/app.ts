import { App } from 'aws-cdk-lib';
import { GateStack } from './lib/gate-stack';

new GateStack(new App({ analyticsReporting: false, outdir: 'cdk.out' }), 'Gates').node.root;
