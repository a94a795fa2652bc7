import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { AdoptedFunction } from './adopted-function.ts';
import type { AdoptionProps } from './adoption-props.ts';
import { CallbackFunction } from './callback-function.ts';
import type { CallbackFunctionProps } from './callback-function-props.ts';
import type { PipelineJobAction, PipelineJobActionProps } from './pipeline-job-action.ts';
import { PIPELINE_JOBS, PipelineJobs } from './pipeline-jobs.ts';

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
  readonly #jobs: PipelineJobs;

  /**
   * Gives a function of yours all that makes one of these answer; its code is the handler of `pipelineJob`, however you
   * bundle it.
   *
   * @example
   * const gate = PipelineJobFunction.adopt(new NodejsFunction(this, 'Gate', { timeout: Duration.seconds(30) }));
   * stage.addAction(gate.action({ actionName: 'Gate' }));
   * @throws Error when the function cannot be adopted; see {@link AdoptedFunction}
   */
  static adopt(fn: IFunction, props: AdoptionProps = {}): PipelineJobs {
    return new PipelineJobs(new AdoptedFunction(fn, props, PIPELINE_JOBS));
  }

  constructor(scope: Construct, id: string, props: PipelineJobFunctionProps) {
    super(scope, id, props, PIPELINE_JOBS);
    this.#jobs = new PipelineJobs(this.callbacks);
  }

  /** A pipeline action that hands its job to this function. */
  action(props: PipelineJobActionProps): PipelineJobAction {
    return this.#jobs.action(props);
  }
}
