import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { type ActionTypeProperty, type ActionTypeUrls, actionTypeProblems } from './action-type-properties.ts';
import { CallbackFunction } from './callback-function.ts';
import type { CallbackFunctionProps } from './callback-function-props.ts';
import { requireActionType } from './check-function.ts';
import { granteeWithin } from './grantee-within.ts';
import { type ArtifactCounts, WorkerAction, type WorkerActionProps, type WorkerActionType } from './worker-action.ts';
import { grantWorker } from './worker-permissions.ts';
import { type WakeUpRules, wakeUpRules } from './worker-wake-up.ts';

const RESULT_ACTIONS = [
  'codepipeline:PutThirdPartyJobFailureResult',
  'codepipeline:PutThirdPartyJobSuccessResult',
] as const;

/** What CodePipeline's service team registers for a partner. */
export interface ThirdPartyActionTypeProps {
  readonly category: 'Build' | 'Deploy' | 'Invoke' | 'Source' | 'Test';
  readonly provider: string;
  /** @default '1' */
  readonly version?: string;
  /** At most 1,024 characters. @default - none */
  readonly description?: string;
  /** At most ten. A public type may later get further optional ones, and nothing else. @default none */
  readonly properties?: readonly ActionTypeProperty[];
  /** @default - no input artifacts */
  readonly inputs?: ArtifactCounts;
  /** @default - no output artifacts */
  readonly outputs?: ArtifactCounts;
  /** @default none */
  readonly urls?: ActionTypeUrls;
  /** Accounts that may use it, or `['*']`. @default - this account */
  readonly allowedAccounts?: readonly string[];
}

/** Properties of {@link ThirdPartyActionWorker}. */
export interface ThirdPartyActionWorkerProps extends CallbackFunctionProps {
  /** The type; the handler's `thirdPartyJobWorker` names the same category, provider and version. */
  readonly actionType: ThirdPartyActionTypeProps;
  /** Holds the client tokens; the function may read it. Name it to the handler by an environment variable. @default none */
  readonly clientTokenSecret?: ISecret;
  /** How often the worker looks for jobs. @default Duration.minutes(1) */
  readonly pollEvery?: Duration;
}

/**
 * The function that does the jobs of a partner's action type. The type itself cannot be created by a template: send
 * {@link ThirdPartyActionWorker.declaration} to CodePipeline's service team.
 *
 * Customers' pipelines announce their actions in the customers' accounts, so here the schedule is the usual way.
 */
export class ThirdPartyActionWorker extends CallbackFunction {
  readonly wakeUps: WakeUpRules;
  readonly #type: WorkerActionType;
  readonly #props: ThirdPartyActionTypeProps;

  /** @throws Error that says what CodePipeline would refuse in the action type, and why */
  constructor(scope: Construct, id: string, props: ThirdPartyActionWorkerProps) {
    requireActionType(scope, id, props);
    const { actionType, clientTokenSecret, pollEvery, ...options } = props;
    const { category, provider, version = '1', properties = [], inputs = {}, outputs = {}, urls = {} } = actionType;
    const problems = actionTypeProblems(properties, urls);
    if (problems.length > 0) {
      throw new Error(
        `the action type ThirdParty/${category}/${provider}/${version} cannot be:\n- ${problems.join('\n- ')}`,
      );
    }
    super(scope, id, options, { services: ['codepipeline-third-party'] });
    this.#props = actionType;
    this.#type = { owner: 'ThirdParty', category, provider, version, properties, inputs, outputs };
    this.wakeUps = wakeUpRules(this.callbacks, this.#type, pollEvery ?? Duration.minutes(1));
    grantWorker(this.callbacks, {
      statements:
        clientTokenSecret === undefined
          ? []
          : [
              new PolicyStatement({
                actions: ['secretsmanager:GetSecretValue'],
                resources: [clientTokenSecret.secretArn],
              }),
            ],
      jobActions: ['codepipeline:PollForThirdPartyJobs', 'codepipeline:GetThirdPartyJobDetails'],
      acknowledgeAction: 'codepipeline:AcknowledgeThirdPartyJob',
      resultActions: RESULT_ACTIONS,
    });
    clientTokenSecret?.encryptionKey?.grant(granteeWithin(this), 'kms:Decrypt');
  }

  /** The definition of the action type, in the form of UpdateActionType. */
  get declaration(): object {
    const { category, provider, version = '1', properties = [], inputs = {}, outputs = {}, urls = {} } = this.#props;
    const account = Stack.of(this).account;
    return {
      ...(this.#props.description === undefined ? {} : { description: this.#props.description }),
      id: { category, owner: 'ThirdParty', provider, version },
      executor: {
        type: 'JobWorker',
        configuration: { jobWorkerExecutorConfiguration: { pollingAccounts: [account] } },
      },
      permissions: { allowedAccounts: [...(this.#props.allowedAccounts ?? [account])] },
      inputArtifactDetails: { minimumCount: inputs.min ?? 0, maximumCount: inputs.max ?? 0 },
      outputArtifactDetails: { minimumCount: outputs.min ?? 0, maximumCount: outputs.max ?? 0 },
      properties: properties.map(({ name, description, required = true, key = false, secret = false, queryable }) => ({
        name,
        optional: !required,
        key,
        noEcho: secret,
        ...(queryable === undefined ? {} : { queryable }),
        ...(description === undefined ? {} : { description }),
      })),
      urls: {
        ...(urls.configuration === undefined ? {} : { configurationUrl: urls.configuration }),
        ...(urls.entity === undefined ? {} : { entityUrlTemplate: urls.entity }),
        ...(urls.execution === undefined ? {} : { executionUrlTemplate: urls.execution }),
        ...(urls.revision === undefined ? {} : { revisionUrlTemplate: urls.revision }),
      },
    };
  }

  /** A pipeline action of this type. @throws Error when its configuration does not fit the type */
  action(props: WorkerActionProps): WorkerAction {
    return new WorkerAction(this.#type, props);
  }
}
