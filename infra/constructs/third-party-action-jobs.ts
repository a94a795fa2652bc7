import { Duration, Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ActionTypeProperty, ActionTypeUrls } from './action-type-properties.ts';
import type { AdoptedFunction } from './adopted-function.ts';
import type { CallbackKind } from './adoption-props.ts';
import { granteeWithin } from './grantee-within.ts';
import { type ArtifactCounts, WorkerAction, type WorkerActionProps, type WorkerActionType } from './worker-action.ts';
import { workerActionType } from './worker-action-type.ts';
import { grantWorker } from './worker-permissions.ts';
import { type WakeUpRules, wakeUpRules } from './worker-wake-up.ts';

/** A function that polls for the jobs of a partner's action type. */
export const THIRD_PARTY_ACTION_JOBS: CallbackKind = { services: ['codepipeline-third-party'] };

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

/** Which jobs a partner's worker does, and how it comes by them. */
export interface ThirdPartyActionJobsProps {
  /** The type; the handler's `thirdPartyJobWorker` names the same category, provider and version. */
  readonly actionType: ThirdPartyActionTypeProps;
  /** Holds the client tokens; the function may read it. Name it to the handler by an environment variable. @default none */
  readonly clientTokenSecret?: ISecret;
  /** How often the worker looks for jobs. @default Duration.minutes(1) */
  readonly pollEvery?: Duration;
}

/** Lets a function do the jobs of a partner's action type. */
export class ThirdPartyActionJobs {
  readonly callbacks: AdoptedFunction;
  readonly wakeUps: WakeUpRules;
  readonly #type: WorkerActionType;
  readonly #definition: ThirdPartyActionTypeProps;

  /** @throws Error that says what CodePipeline would refuse in the action type, and why */
  constructor(callbacks: AdoptedFunction, props: ThirdPartyActionJobsProps) {
    const { function: fn } = callbacks;
    this.callbacks = callbacks;
    this.#type = workerActionType('ThirdParty', fn.node.path, props);
    this.#definition = props.actionType;
    this.wakeUps = wakeUpRules(callbacks, this.#type, props.pollEvery ?? Duration.minutes(1));
    const { clientTokenSecret } = props;
    const resources = clientTokenSecret === undefined ? [] : [clientTokenSecret.secretArn];
    grantWorker(callbacks, {
      statements: resources.map(
        (resource) => new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [resource] }),
      ),
      jobActions: ['codepipeline:PollForThirdPartyJobs', 'codepipeline:GetThirdPartyJobDetails'],
      acknowledgeAction: 'codepipeline:AcknowledgeThirdPartyJob',
      resultActions: ['codepipeline:PutThirdPartyJobFailureResult', 'codepipeline:PutThirdPartyJobSuccessResult'],
    });
    clientTokenSecret?.encryptionKey?.grant(granteeWithin(fn), 'kms:Decrypt');
  }

  /** The definition of the action type, in the form of UpdateActionType. */
  get declaration(): object {
    const {
      category,
      provider,
      version = '1',
      properties = [],
      inputs = {},
      outputs = {},
      urls = {},
    } = this.#definition;
    const account = Stack.of(this.callbacks.function).account;
    return {
      ...(this.#definition.description === undefined ? {} : { description: this.#definition.description }),
      id: { category, owner: 'ThirdParty', provider, version },
      executor: {
        type: 'JobWorker',
        configuration: { jobWorkerExecutorConfiguration: { pollingAccounts: [account] } },
      },
      permissions: { allowedAccounts: [...(this.#definition.allowedAccounts ?? [account])] },
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

  /** See `AdoptedFunction.grantComplete`. */
  grantComplete(grantee: IGrantable): void {
    this.callbacks.grantComplete(grantee);
  }
}
