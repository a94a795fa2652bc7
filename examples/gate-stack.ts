import { fileURLToPath } from 'node:url';
import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Artifact, Pipeline, PipelineType } from 'aws-cdk-lib/aws-codepipeline';
import { ManualApprovalAction, S3SourceAction, S3Trigger } from 'aws-cdk-lib/aws-codepipeline-actions';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { PipelineJobFunction, Ringback } from 'ringback/infra';

/** Properties of {@link GateStack}. */
export interface GateStackProps extends StackProps {
  /** The address that must be healthy. */
  readonly url: string;
}

/** A pipeline that goes on when an address is healthy and a person agrees. */
export class GateStack extends Stack {
  constructor(scope: Construct, id: string, { url, ...props }: GateStackProps) {
    super(scope, id, props);

    // Ledger, last resort, alarms: one for all callback functions of the stack. Kept when the stack goes, by default.
    const ringback = new Ringback(this, 'Ringback', { removalPolicy: RemovalPolicy.DESTROY });
    const gate = new PipelineJobFunction(this, 'Gate', {
      entry: fileURLToPath(new URL('deployment-gate.ts', import.meta.url)),
      ringback,
    });

    const bucket = new Bucket(this, 'Source', { versioned: true, enforceSSL: true }) as IBucket;
    const output = new Artifact();
    const source = { actionName: 'Source', bucket, bucketKey: 'source.zip', output, trigger: S3Trigger.NONE };
    const pipeline = new Pipeline(this, 'Pipeline', {
      pipelineType: PipelineType.V2,
      crossAccountKeys: false,
      stages: [
        { stageName: 'Source', actions: [new S3SourceAction(source)] },
        {
          stageName: 'Gate',
          actions: [
            gate.action({ actionName: 'Healthy', variablesNamespace: 'Gate', userParameters: { url } }),
            new ManualApprovalAction({
              actionName: 'Approve',
              runOrder: 2,
              additionalInformation: 'healthy after #{Gate.Attempts} tries',
            }),
          ],
        },
      ],
    });
    new CfnOutput(this, 'PipelineName', { value: pipeline.pipelineName });
    new CfnOutput(this, 'SourceBucket', { value: bucket.bucketName });
  }
}
