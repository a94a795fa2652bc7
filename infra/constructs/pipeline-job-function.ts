import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { PIPELINE_JOB_SILENCE_SECONDS } from '../../lib/lifetimes.ts';
import { AnyResourcePolicy } from './any-resource-policy.ts';
import { CallbackFunction, type CallbackFunctionProps } from './callback-function.ts';
import { PipelineJobAction, type PipelineJobActionProps } from './pipeline-job-action.ts';

const RESULT_ACTIONS = ['codepipeline:PutJobFailureResult', 'codepipeline:PutJobSuccessResult'] as const;

// See https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html
const NO_RESOURCE_LEVEL = "CodePipeline's job actions have no resource level: naming a resource would deny them.";

/** Properties of {@link PipelineJobFunction}. */
export type PipelineJobFunctionProps = CallbackFunctionProps;

/**
 * A function that CodePipeline hands jobs to. CodePipeline fails a job that is silent for 20 minutes, so by default an
 * event waits for 20 minutes, less the function's timeout, less 2 minutes: 17.5 of them with the usual 30 seconds, 3 with
 * 15 minutes.
 *
 * @example
 * const gate = new PipelineJobFunction(this, 'Gate', { entry: 'handlers/deployment-gate.ts' });
 * stage.addAction(gate.action({ actionName: 'Gate', userParameters: { url: 'https://example.com/health' } }));
 */
export class PipelineJobFunction extends CallbackFunction {
  constructor(scope: Construct, id: string, props: PipelineJobFunctionProps) {
    super(scope, id, props, { services: ['codepipeline'], waitsSeconds: PIPELINE_JOB_SILENCE_SECONDS });
    if (this.role !== undefined) {
      new AnyResourcePolicy(this, 'JobPolicy', {
        role: this.role,
        actions: [...RESULT_ACTIONS, 'codepipeline:GetJobDetails'],
        reason: NO_RESOURCE_LEVEL,
      });
    }
    this.ringback.addResultPermissions(resultStatement(), NO_RESOURCE_LEVEL);
    this.addCompletionPermissions(resultStatement());
  }

  /** A pipeline action that hands its job to this function. */
  action(props: PipelineJobActionProps): PipelineJobAction {
    return new PipelineJobAction(this, props);
  }
}

function resultStatement(): PolicyStatement {
  return new PolicyStatement({ actions: [...RESULT_ACTIONS], resources: ['*'] });
}
