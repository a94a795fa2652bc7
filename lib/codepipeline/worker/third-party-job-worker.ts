import { InvalidEventError } from '../../core/errors.ts';
import type { LogicResult } from '../../core/outcome.ts';
import { environmentRuntime, type Runtime } from '../../core/runtime.ts';
import type { TaskService } from '../../core/service.ts';
import { getThirdPartyJobDetails } from '../job-details.ts';
import { describeEvent } from '../lambda-event.ts';
import type { JobFailureDetails, ThirdPartyJobSuccessDetails } from '../outcomes.ts';
import { readHandOver } from '../polled/hand-over.ts';
import { thirdPartyJobService } from '../services/third-party-job-service.ts';
import { type ActionType, actionTypeId } from './action-type.ts';
import { type ClientTokens, checkClientTokens, createClientTokenLookup } from './client-tokens.ts';
import { thirdPartyJobSource } from './third-party-job-source.ts';
import { createWorkerHandler, type WorkerHandler, type WorkerOptions } from './worker-handler.ts';
import { type WorkerJob, type WorkerReading, workerDelivery } from './worker-job.ts';
import { checkWorker } from './worker-options.ts';

/** What the logic of a third-party job may return: as of any job, but without output variables. */
export type ThirdPartyJobOutcome = LogicResult<ThirdPartyJobSuccessDetails, JobFailureDetails>;

/** User logic for a job of a third-party action. */
export type ThirdPartyJobWorkerLogic<Parameters, State> = (
  job: WorkerJob<Parameters, State>,
) => ThirdPartyJobOutcome | Promise<ThirdPartyJobOutcome>;

/** Options of {@link thirdPartyJobWorker}. */
export interface ThirdPartyJobWorkerOptions<Parameters, State> extends WorkerOptions, WorkerReading<Parameters, State> {
  /** The third-party action type whose jobs it does. */
  readonly actionType: ActionType;
  /** Where the client token of a customer is found: a function of the client id, or a secret in Secrets Manager. */
  readonly clientTokens: ClientTokens;
}

/**
 * {@link jobWorker} for a partner's action type: polls, finds the client's token, acknowledges and answers with it.
 *
 * Permissions: codepipeline:PollForThirdPartyJobs, GetThirdPartyJobDetails, AcknowledgeThirdPartyJob,
 * PutThirdPartyJobSuccessResult and PutThirdPartyJobFailureResult on `*`; lambda:InvokeFunction on the function itself;
 * secretsmanager:GetSecretValue on the secret, where there is one.
 *
 * @throws InvalidOptionError when an option is unknown or cannot be
 */
export function thirdPartyJobWorker<Parameters = Readonly<Record<string, string>>, State = unknown>(
  logic: ThirdPartyJobWorkerLogic<Parameters, State>,
  options: ThirdPartyJobWorkerOptions<Parameters, State>,
): WorkerHandler {
  return thirdPartyJobWorkerWith(environmentRuntime(), logic, options);
}

/** {@link thirdPartyJobWorker} with its dependencies passed in. */
export function thirdPartyJobWorkerWith<Parameters = Readonly<Record<string, string>>, State = unknown>(
  provide: () => Runtime,
  logic: ThirdPartyJobWorkerLogic<Parameters, State>,
  options: ThirdPartyJobWorkerOptions<Parameters, State>,
): WorkerHandler {
  checkWorker('thirdPartyJobWorker', logic, options, ['clientTokens']);
  checkClientTokens(options.clientTokens);
  const actionType = actionTypeId(options.actionType, 'ThirdParty');
  let made: ReturnType<typeof createClientTokenLookup> | undefined;
  const lookUp = () => {
    made ??= createClientTokenLookup(options.clientTokens, provide());
    return made;
  };
  const service: TaskService<WorkerJob<Parameters, State>> = {
    ...thirdPartyJobService,
    parse(event, { region }) {
      const handOver = readHandOver(event);
      const clientToken = handOver?.clientToken;
      if (handOver === undefined || clientToken === undefined) {
        throw new InvalidEventError(`expected a third-party job to acknowledge, but got ${describeEvent(event)}`);
      }
      return workerDelivery(handOver, region, options, ({ connection, time }) =>
        getThirdPartyJobDetails({ jobId: handOver.job.id, clientToken }, connection, time),
      );
    },
    async renew({ region, data }, errorCode) {
      const { clientId, clientToken } = data;
      if (errorCode !== 'InvalidClientTokenException' || clientId === undefined) return undefined;
      const newer = await lookUp()(clientId, clientToken);
      if (newer === undefined || newer === clientToken) return undefined;
      return { region, data: { ...data, clientToken: newer } };
    },
  };
  return createWorkerHandler({
    service,
    logic,
    options,
    source(_runtime, choice = {}) {
      const chosen = choice.actionType === undefined ? actionType : actionTypeId(choice.actionType, 'ThirdParty');
      return thirdPartyJobSource(chosen, (clientId, refused) => lookUp()(clientId, refused), options.shared);
    },
    provide,
  });
}
