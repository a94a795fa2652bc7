import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { LaunchRole } from '../constructs/launch-role.ts';
import { Ringback } from '../constructs/ringback.ts';
import { TerraformEngine } from '../constructs/terraform-engine.ts';
import { handlerPath } from '../handler-path.ts';

/** An account has one engine for EXTERNAL products, and that is the example of {@link EngineStack}. */
const productType = 'TERRAFORM_CLOUD';

/** Properties of {@link TerraformStack}. */
export interface TerraformStackProps extends StackProps {
  /** What becomes of states, ledger and log groups with the stack. @default RemovalPolicy.RETAIN */
  readonly removalPolicy?: RemovalPolicy;
}

/** An example engine of Service Catalog whose products are Terraform configurations, run in builds. */
export class TerraformStack extends Stack {
  constructor(scope: Construct, id: string, props: TerraformStackProps = {}) {
    const { removalPolicy = RemovalPolicy.RETAIN, ...stackProps } = props;
    super(scope, id, { description: 'Ringback: a Terraform engine of Service Catalog', ...stackProps });
    const { stateBucket } = new TerraformEngine(this, 'Terraform', {
      productType,
      entry: handlerPath('terraform-engine'),
      parserEntry: handlerPath('terraform-parameters'),
      engine: { ringback: new Ringback(this, 'Ringback', { removalPolicy }) },
    });
    const launchRole = new LaunchRole(this, 'LaunchRole', { roleName: 'SCLaunchRingbackTerraform', productType });

    new CfnOutput(this, 'LaunchRoleName', { value: launchRole.roleName });
    new CfnOutput(this, 'StateBucketName', { value: stateBucket.bucketName });
  }
}
