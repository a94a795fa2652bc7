import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { CfnCustomActionType } from 'aws-cdk-lib/aws-codepipeline';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { environmentVariables } from '../../lib/constants.ts';
import { type ActionTypeProperty, type ActionTypeUrls, actionTypeProblems } from './action-type-properties.ts';
import { CallbackFunction } from './callback-function.ts';
import type { CallbackFunctionProps } from './callback-function-props.ts';
import { requireActionType } from './check-function.ts';
import { setVariable } from './function-variables.ts';
import { type ArtifactCounts, WorkerAction, type WorkerActionProps, type WorkerActionType } from './worker-action.ts';
import { grantWorker } from './worker-permissions.ts';
import { type WakeUpRules, wakeUpRules } from './worker-wake-up.ts';

const RESULT_ACTIONS = ['codepipeline:PutJobFailureResult', 'codepipeline:PutJobSuccessResult'] as const;

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

/** Properties of {@link CustomActionWorker}. */
export interface CustomActionWorkerProps extends CallbackFunctionProps {
  /** What is registered; the handler's `jobWorker` names the same category, provider and version. */
  readonly actionType: CustomActionTypeProps;
  /** How often the worker looks for jobs that no event announced. @default Duration.minutes(1) */
  readonly pollEvery?: Duration;
}

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
  readonly actionType: CfnCustomActionType;
  readonly wakeUps: WakeUpRules;
  readonly #type: WorkerActionType;

  /** @throws Error that says what CodePipeline would refuse in the action type, and why */
  constructor(scope: Construct, id: string, props: CustomActionWorkerProps) {
    requireActionType(scope, id, props);
    const { actionType, pollEvery, ...options } = props;
    const { category, provider, version = '1', properties = [], inputs = {}, outputs = {}, urls = {} } = actionType;
    const problems = actionTypeProblems(properties, urls);
    if (problems.length > 0) {
      throw new Error(
        `the action type Custom/${category}/${provider}/${version} cannot be:\n- ${problems.join('\n- ')}`,
      );
    }
    super(scope, id, options, { services: ['codepipeline'] });
    this.#type = { owner: 'Custom', category, provider, version, properties, inputs, outputs };
    this.actionType = new CfnCustomActionType(this, 'ActionType', {
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
    // A polled job brings the values of secret properties in clear, and does not say which they are.
    const secrets = properties.filter(({ secret }) => secret === true).map(({ name }) => name);
    if (secrets.length > 0) setVariable(this, environmentVariables.secretProperties, JSON.stringify(secrets));
    this.wakeUps = wakeUpRules(this.callbacks, this.#type, pollEvery ?? Duration.minutes(1));
    const poll = new PolicyStatement({ actions: ['codepipeline:PollForJobs'], resources: [this.actionTypeArn] });
    grantWorker(this.callbacks, {
      statements: [poll],
      jobActions: ['codepipeline:GetJobDetails'],
      acknowledgeAction: 'codepipeline:AcknowledgeJob',
      resultActions: RESULT_ACTIONS,
    });
  }

  /** The ARN of the action type, as policies name it. */
  get actionTypeArn(): string {
    const { owner, category, provider, version } = this.#type;
    return Stack.of(this).formatArn({
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
}

function countsOf({ min = 0, max = 0 }: ArtifactCounts): CfnCustomActionType.ArtifactDetailsProperty {
  return { minimumCount: min, maximumCount: max };
}
