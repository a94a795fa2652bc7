import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { PIPELINE_JOB_SILENCE_SECONDS } from '../../lib/lifetimes.ts';
import type { AdoptedFunction } from './adopted-function.ts';
import type { CallbackKind } from './adoption-props.ts';
import { AnyResourcePolicy } from './any-resource-policy.ts';
import { PipelineJobAction, type PipelineJobActionProps } from './pipeline-job-action.ts';

const RESULT_ACTIONS = ['codepipeline:PutJobFailureResult', 'codepipeline:PutJobSuccessResult'] as const;

// See https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodepipeline.html
const NO_RESOURCE_LEVEL = "CodePipeline's job actions have no resource level: naming a resource would deny them.";

/** A function that CodePipeline hands jobs to. */
export const PIPELINE_JOBS: CallbackKind = {
  services: ['codepipeline'],
  waitsSeconds: PIPELINE_JOB_SILENCE_SECONDS,
};

/** Lets a function do the jobs of Lambda actions. */
export class PipelineJobs {
  readonly callbacks: AdoptedFunction;

  constructor(callbacks: AdoptedFunction) {
    this.callbacks = callbacks;
    const { function: fn, ringback } = callbacks;
    if (fn.role !== undefined) {
      new AnyResourcePolicy(fn, 'JobPolicy', {
        role: fn.role,
        actions: [...RESULT_ACTIONS, 'codepipeline:GetJobDetails'],
        reason: NO_RESOURCE_LEVEL,
      });
    }
    ringback.addResultPermissions(resultStatement(), NO_RESOURCE_LEVEL);
    callbacks.addCompletionPermissions(resultStatement());
  }

  /** A pipeline action that hands its job to this function. */
  action(props: PipelineJobActionProps): PipelineJobAction {
    return new PipelineJobAction(this.callbacks.function, props);
  }

  /** See `AdoptedFunction.grantComplete`. */
  grantComplete(grantee: IGrantable): void {
    this.callbacks.grantComplete(grantee);
  }
}

function resultStatement(): PolicyStatement {
  return new PolicyStatement({ actions: [...RESULT_ACTIONS], resources: ['*'] });
}
