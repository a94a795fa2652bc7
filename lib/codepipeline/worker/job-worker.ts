import { checkOption } from '../../core/check-options.ts';
import { InvalidEventError, InvalidOptionError } from '../../core/errors.ts';
import { isRecordOfTexts } from '../../core/option-kinds.ts';
import { environmentRuntime, type Runtime } from '../../core/runtime.ts';
import type { TaskService } from '../../core/service.ts';
import { getJobDetails } from '../job-details.ts';
import { describeEvent } from '../lambda-event.ts';
import type { JobOutcome } from '../pipeline-job.ts';
import { readHandOver } from '../polled/hand-over.ts';
import { jobService } from '../services/job-service.ts';
import { type ActionType, actionTypeId } from './action-type.ts';
import { customJobSource } from './job-source.ts';
import { createWorkerHandler, type WorkerHandler, type WorkerOptions } from './worker-handler.ts';
import { type WorkerJob, type WorkerReading, workerDelivery } from './worker-job.ts';
import { checkWorker } from './worker-options.ts';

/** User logic for a job of a custom action. */
export type JobWorkerLogic<Parameters, State> = (job: WorkerJob<Parameters, State>) => JobOutcome | Promise<JobOutcome>;

/** Options of {@link jobWorker}. */
export interface JobWorkerOptions<Parameters, State> extends WorkerOptions, WorkerReading<Parameters, State> {
  /** The custom action type whose jobs it does. */
  readonly actionType: ActionType;
  /**
   * Takes only jobs whose queryable property has this value. Required where the action type has a queryable property,
   * and refused where it has none.
   *
   * @defaultValue none
   */
  readonly queryParam?: Readonly<Record<string, string>>;
}

/** Queryable values: AWS CodePipeline API, ActionConfigurationQueryableValue. */
const QUERYABLE_VALUE = /^[a-zA-Z0-9_-]{1,50}$/;

/**
 * Makes a function the job worker of a custom action type. Woken by EventBridge or a schedule, it polls and hands each
 * job to an invocation of its own, which acknowledges the job, runs the logic and answers, once, whatever happens.
 *
 * Permissions: codepipeline:PollForJobs on the action type; codepipeline:AcknowledgeJob, PutJobSuccessResult,
 * PutJobFailureResult and GetJobDetails on `*`; lambda:InvokeFunction on the function itself.
 *
 * @throws InvalidOptionError when an option is unknown or cannot be
 */
export function jobWorker<Parameters = Readonly<Record<string, string>>, State = unknown>(
  logic: JobWorkerLogic<Parameters, State>,
  options: JobWorkerOptions<Parameters, State>,
): WorkerHandler {
  return jobWorkerWith(environmentRuntime(), logic, options);
}

/** {@link jobWorker} with its dependencies passed in. */
export function jobWorkerWith<Parameters = Readonly<Record<string, string>>, State = unknown>(
  provide: () => Runtime,
  logic: JobWorkerLogic<Parameters, State>,
  options: JobWorkerOptions<Parameters, State>,
): WorkerHandler {
  checkWorker('jobWorker', logic, options, ['queryParam']);
  const actionType = actionTypeId(options.actionType, 'Custom');
  checkQuery(options.queryParam);
  const service: TaskService<WorkerJob<Parameters, State>> = {
    ...jobService,
    parse(event, { region }) {
      const handOver = readHandOver(event);
      if (handOver === undefined)
        throw new InvalidEventError(`expected a job to acknowledge, but got ${describeEvent(event)}`);
      return workerDelivery(handOver, region, options, ({ connection, time }) =>
        getJobDetails(handOver.job.id, connection, time),
      );
    },
  };
  return createWorkerHandler({
    service,
    logic,
    options,
    source(_runtime, choice = {}) {
      const chosen = choice.actionType === undefined ? actionType : actionTypeId(choice.actionType, 'Custom');
      checkQuery(choice.queryParam);
      return customJobSource(chosen, { ...options, ...choice });
    },
    provide,
  });
}

function checkQuery(query: Readonly<Record<string, string>> = {}): void {
  checkOption('queryParam', query, isRecordOfTexts);
  const entries = Object.entries(query);
  if (entries.length > 1) {
    throw new InvalidOptionError(`queryParam takes one property, but got ${entries.map(([name]) => name).join(', ')}`);
  }
  for (const [name, value] of entries) {
    if (name.length > 50 || !QUERYABLE_VALUE.test(value)) {
      throw new InvalidOptionError(
        `queryParam takes a name of up to 50 characters and a value of 1 to 50 letters, digits, _ and -, but got ${JSON.stringify(name)}: ${JSON.stringify(value)}`,
      );
    }
  }
}
