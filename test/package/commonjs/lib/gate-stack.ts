import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PipelineJobFunction } from 'ringback/infra';

export class GateStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    new PipelineJobFunction(this, 'Gate', { entry: 'handlers/gate.ts' });
    new PipelineJobFunction(this, 'Old', { entry: 'handlers/old-gate.js' });
  }
}
