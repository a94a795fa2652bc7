import { fileURLToPath } from 'node:url';
import { Stack, type StackProps } from 'aws-cdk-lib';
import { BuildSpec } from 'aws-cdk-lib/aws-codebuild';
import type { Construct } from 'constructs';
import { BuildRunner, PipelineJobFunction } from 'ringback/infra';

/** A job that a build does and answers; `job.action({ ... })` puts it into a pipeline. */
export class LongJobStack extends Stack {
  readonly job: PipelineJobFunction;

  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props);
    const runner = new BuildRunner(this, 'Runner', {
      buildSpec: BuildSpec.fromObject({
        version: '0.2',
        env: { 'exported-variables': ['Version'] },
        phases: { build: { commands: ['export Version=1.2', 'echo "deploys $Version to $TARGET"'] } },
      }),
    });
    this.job = new PipelineJobFunction(this, 'Job', {
      entry: fileURLToPath(new URL('long-job.ts', import.meta.url)),
    });
    runner.grantStart(this.job);
  }
}
