import type { CfnCustomActionType } from 'aws-cdk-lib/aws-codepipeline';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { AdoptedFunction } from './adopted-function.ts';
import type { AdoptionProps } from './adoption-props.ts';
import { CallbackFunction } from './callback-function.ts';
import type { CallbackFunctionProps } from './callback-function-props.ts';
import { checkPlace } from './check-place.ts';
import { CUSTOM_ACTION_JOBS, CustomActionJobs, type CustomActionJobsProps } from './custom-action-jobs.ts';
import type { WorkerAction, WorkerActionProps } from './worker-action.ts';
import { workerActionType } from './worker-action-type.ts';
import type { WakeUpRules } from './worker-wake-up.ts';

/** Properties of {@link CustomActionWorker}. */
export interface CustomActionWorkerProps extends CallbackFunctionProps, CustomActionJobsProps {}

/** Properties of {@link CustomActionWorker.adopt}. */
export interface CustomActionAdoptionProps extends AdoptionProps, CustomActionJobsProps {}

/**
 * A custom action type and the function that does its jobs.
 *
 * @example
 * const checks = new CustomActionWorker(this, 'Checks', {
 *   entry: 'handlers/job-worker.ts',
 *   actionType: { category: 'Test', provider: 'Checks', inputs: { min: 1, max: 1 } },
 * });
 * stage.addAction(checks.action({ actionName: 'Check', inputs: [source] }));
 */
export class CustomActionWorker extends CallbackFunction {
  readonly #jobs: CustomActionJobs;

  /**
   * Registers the action type and gives a function of yours all that makes one of these answer; its code is the handler
   * of `jobWorker`, however you bundle it. Its alarms read its log group: one that names none gets the CDK's.
   *
   * @example
   * const checks = CustomActionWorker.adopt(checksFunction, { actionType: { category: 'Test', provider: 'Checks' } });
   * stage.addAction(checks.action({ actionName: 'Check' }));
   * @throws Error when the function cannot be adopted, see {@link AdoptedFunction}; or that says what CodePipeline would
   * refuse in the action type, and why
   */
  static adopt(fn: IFunction, props: CustomActionAdoptionProps): CustomActionJobs {
    return new CustomActionJobs(new AdoptedFunction(fn, props, CUSTOM_ACTION_JOBS), props);
  }

  /** @throws Error that says what CodePipeline would refuse in the action type, and why */
  constructor(scope: Construct, id: string, props: CustomActionWorkerProps) {
    checkPlace(scope, id);
    // Before anything is made, and of the place that its user wrote.
    workerActionType('Custom', `${scope.node.path}/${id}`, props);
    const { actionType, pollEvery, ...options } = props;
    super(scope, id, options, CUSTOM_ACTION_JOBS);
    this.#jobs = new CustomActionJobs(this.callbacks, props);
  }

  /** What is registered. */
  get actionType(): CfnCustomActionType {
    return this.#jobs.actionType;
  }

  /** What wakes the function, and the alarms that tell when that is in vain. */
  get wakeUps(): WakeUpRules {
    return this.#jobs.wakeUps;
  }

  /** See {@link CustomActionJobs.actionTypeArn}. */
  get actionTypeArn(): string {
    return this.#jobs.actionTypeArn;
  }

  /** See {@link CustomActionJobs.action}. */
  action(props: WorkerActionProps): WorkerAction {
    return this.#jobs.action(props);
  }
}
