import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { CfnCustomActionType } from 'aws-cdk-lib/aws-codepipeline';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { environmentVariables } from '../../lib/constants.ts';
import type { ActionTypeProperty, ActionTypeUrls } from './action-type-properties.ts';
import type { AdoptedFunction } from './adopted-function.ts';
import type { CallbackKind } from './adoption-props.ts';
import { setVariable } from './function-variables.ts';
import { type ArtifactCounts, WorkerAction, type WorkerActionProps, type WorkerActionType } from './worker-action.ts';
import { workerActionType } from './worker-action-type.ts';
import { grantWorker } from './worker-permissions.ts';
import { type WakeUpRules, wakeUpRules } from './worker-wake-up.ts';

/** A function that polls for the jobs of a custom action type. */
export const CUSTOM_ACTION_JOBS: CallbackKind = { services: ['codepipeline'] };

/** The definition of a custom action type. */
export interface CustomActionTypeProps {
  readonly category: 'Build' | 'Deploy' | 'Invoke' | 'Source' | 'Test';
  /** 1 to 35 letters, digits, `_` and `-`. */
  readonly provider: string;
  /**
   * 1 to 9 letters, digits, `_` and `-`. A definition never changes under its version: whoever changes properties,
   * counts or URLs gives a new one, and moves the pipelines to it. A version that was deleted cannot return with
   * another definition, so a stack that was destroyed and is deployed again changed needs a new one, too.
   * @default '1'
   */
  readonly version?: string;
  /** At most ten, one of them queryable. @default none */
  readonly properties?: readonly ActionTypeProperty[];
  /** @default - no input artifacts */
  readonly inputs?: ArtifactCounts;
  /** @default - no output artifacts */
  readonly outputs?: ArtifactCounts;
  /** @default none */
  readonly urls?: ActionTypeUrls;
}

/** Which jobs a worker does, and how often it looks for them. */
export interface CustomActionJobsProps {
  /** What is registered; the handler's `jobWorker` names the same category, provider and version. */
  readonly actionType: CustomActionTypeProps;
  /** How often the worker looks for jobs that no event announced. @default Duration.minutes(1) */
  readonly pollEvery?: Duration;
}

/** Registers a custom action type, and lets a function do its jobs. */
export class CustomActionJobs {
  readonly callbacks: AdoptedFunction;
  readonly actionType: CfnCustomActionType;
  readonly wakeUps: WakeUpRules;
  readonly #type: WorkerActionType;

  /** @throws Error that says what CodePipeline would refuse in the action type, and why */
  constructor(callbacks: AdoptedFunction, props: CustomActionJobsProps) {
    const { function: fn } = callbacks;
    this.callbacks = callbacks;
    this.#type = workerActionType('Custom', fn.node.path, props);
    this.actionType = registered(fn, this.#type, props.actionType.urls ?? {});
    // A polled job brings the values of secret properties in clear, and does not say which they are.
    const secrets = this.#type.properties.filter(({ secret }) => secret === true).map(({ name }) => name);
    if (secrets.length > 0) setVariable(fn, environmentVariables.secretProperties, JSON.stringify(secrets));
    this.wakeUps = wakeUpRules(callbacks, this.#type, props.pollEvery ?? Duration.minutes(1));
    grantWorker(callbacks, {
      statements: [new PolicyStatement({ actions: ['codepipeline:PollForJobs'], resources: [this.actionTypeArn] })],
      jobActions: ['codepipeline:GetJobDetails'],
      acknowledgeAction: 'codepipeline:AcknowledgeJob',
      resultActions: ['codepipeline:PutJobFailureResult', 'codepipeline:PutJobSuccessResult'],
    });
  }

  /** The ARN of the action type, as policies name it. */
  get actionTypeArn(): string {
    const { owner, category, provider, version } = this.#type;
    return Stack.of(this.callbacks.function).formatArn({
      service: 'codepipeline',
      resource: 'actiontype',
      resourceName: [owner, category, provider, version].join('/'),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
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

function registered(
  fn: Construct,
  { category, provider, version, properties, inputs, outputs }: WorkerActionType,
  urls: ActionTypeUrls,
): CfnCustomActionType {
  return new CfnCustomActionType(fn, 'ActionType', {
    category,
    provider,
    version,
    inputArtifactDetails: countsOf(inputs),
    outputArtifactDetails: countsOf(outputs),
    configurationProperties: properties.map((property) => ({
      required: true,
      key: false,
      secret: false,
      queryable: false,
      ...property,
    })),
    settings: {
      ...(urls.entity === undefined ? {} : { entityUrlTemplate: urls.entity }),
      ...(urls.execution === undefined ? {} : { executionUrlTemplate: urls.execution }),
      ...(urls.revision === undefined ? {} : { revisionUrlTemplate: urls.revision }),
      ...(urls.configuration === undefined ? {} : { thirdPartyConfigurationUrl: urls.configuration }),
    },
  });
}

function countsOf({ min = 0, max = 0 }: ArtifactCounts): CfnCustomActionType.ArtifactDetailsProperty {
  return { minimumCount: min, maximumCount: max };
}
