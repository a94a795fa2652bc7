import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { AdoptedFunction } from './adopted-function.ts';
import type { AdoptionProps } from './adoption-props.ts';
import { CallbackFunction } from './callback-function.ts';
import type { CallbackFunctionProps } from './callback-function-props.ts';
import { checkPlace } from './check-place.ts';
import {
  THIRD_PARTY_ACTION_JOBS,
  ThirdPartyActionJobs,
  type ThirdPartyActionJobsProps,
} from './third-party-action-jobs.ts';
import type { WorkerAction, WorkerActionProps } from './worker-action.ts';
import { workerActionType } from './worker-action-type.ts';
import type { WakeUpRules } from './worker-wake-up.ts';

/** Properties of {@link ThirdPartyActionWorker}. */
export interface ThirdPartyActionWorkerProps extends CallbackFunctionProps, ThirdPartyActionJobsProps {}

/** Properties of {@link ThirdPartyActionWorker.adopt}. */
export interface ThirdPartyActionAdoptionProps extends AdoptionProps, ThirdPartyActionJobsProps {}

/**
 * The function that does the jobs of a partner's action type. The type itself cannot be created by a template: send
 * {@link ThirdPartyActionWorker.declaration} to CodePipeline's service team.
 *
 * Customers' pipelines announce their actions in the customers' accounts, so here the schedule is the usual way.
 */
export class ThirdPartyActionWorker extends CallbackFunction {
  readonly #jobs: ThirdPartyActionJobs;

  /**
   * Gives a function of yours all that makes one of these answer; its code is the handler of `thirdPartyJobWorker`,
   * however you bundle it. Its alarms read its log group: one that names none gets the CDK's.
   *
   * @throws Error when the function cannot be adopted, see {@link AdoptedFunction}; or that says what CodePipeline would
   * refuse in the action type, and why
   */
  static adopt(fn: IFunction, props: ThirdPartyActionAdoptionProps): ThirdPartyActionJobs {
    return new ThirdPartyActionJobs(new AdoptedFunction(fn, props, THIRD_PARTY_ACTION_JOBS), props);
  }

  /** @throws Error that says what CodePipeline would refuse in the action type, and why */
  constructor(scope: Construct, id: string, props: ThirdPartyActionWorkerProps) {
    checkPlace(scope, id);
    // Before anything is made, and of the place that its user wrote.
    workerActionType('ThirdParty', `${scope.node.path}/${id}`, props);
    const { actionType, clientTokenSecret, pollEvery, ...options } = props;
    super(scope, id, options, THIRD_PARTY_ACTION_JOBS);
    this.#jobs = new ThirdPartyActionJobs(this.callbacks, props);
  }

  /** What wakes the function, and the alarms that tell when that is in vain. */
  get wakeUps(): WakeUpRules {
    return this.#jobs.wakeUps;
  }

  /** See {@link ThirdPartyActionJobs.declaration}. */
  get declaration(): object {
    return this.#jobs.declaration;
  }

  /** See {@link ThirdPartyActionJobs.action}. */
  action(props: WorkerActionProps): WorkerAction {
    return this.#jobs.action(props);
  }
}
