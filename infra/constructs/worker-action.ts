import { Token } from 'aws-cdk-lib';
import {
  Action,
  type ActionBindOptions,
  type ActionCategory,
  type ActionConfig,
  type ActionProperties,
  type Artifact,
  type CommonActionProps,
  type IStage,
} from 'aws-cdk-lib/aws-codepipeline';
import type { Construct } from 'constructs';
import type { ActionTypeProperty } from './action-type-properties.ts';

/** How many artifacts an action takes or gives, 0 to 5. */
export interface ArtifactCounts {
  /** @default 0 */
  readonly min?: number;
  /** @default 0 */
  readonly max?: number;
}

/** What a {@link WorkerAction} must know of its type. */
export interface WorkerActionType {
  readonly owner: 'Custom' | 'ThirdParty';
  readonly category: string;
  readonly provider: string;
  readonly version: string;
  readonly properties: readonly ActionTypeProperty[];
  readonly inputs: ArtifactCounts;
  readonly outputs: ArtifactCounts;
}

/** Properties of {@link WorkerAction}. */
export interface WorkerActionProps extends CommonActionProps {
  /** Values of the action type's properties; checked against them. @default none */
  readonly configuration?: Readonly<Record<string, string | number | boolean>>;
  /** @default none */
  readonly inputs?: Artifact[];
  /** @default none */
  readonly outputs?: Artifact[];
}

/** An action of a custom or third-party type. Its artifacts are reached under the pipeline's own role. */
export class WorkerAction extends Action {
  protected readonly providedActionProperties: ActionProperties;
  readonly #configuration: Readonly<Record<string, string>>;

  /** @throws Error that names what is missing or unknown in the configuration */
  constructor(type: WorkerActionType, { configuration = {}, ...props }: WorkerActionProps) {
    super();
    checkConfiguration(props.actionName, configuration, type.properties);
    this.#configuration = Object.fromEntries(
      Object.entries(configuration).map(([name, value]) => [name, String(value)]),
    );
    this.providedActionProperties = {
      ...props,
      owner: type.owner,
      category: type.category as ActionCategory,
      provider: type.provider,
      version: type.version,
      artifactBounds: {
        minInputs: type.inputs.min ?? 0,
        maxInputs: type.inputs.max ?? 0,
        minOutputs: type.outputs.min ?? 0,
        maxOutputs: type.outputs.max ?? 0,
      },
    };
  }

  /** A variable that the worker returns, for the configuration of later actions. Third-party workers return none. */
  variable(name: string): string {
    return this.variableExpression(name);
  }

  protected bound(_scope: Construct, _stage: IStage, _options: ActionBindOptions): ActionConfig {
    return { configuration: this.#configuration };
  }
}

function checkConfiguration(action: string, values: object, properties: readonly ActionTypeProperty[]): void {
  const known = properties.map(({ name }) => name);
  const unknown = Object.keys(values).find((name) => !known.includes(name) && !Token.isUnresolved(name));
  if (unknown !== undefined) {
    throw new Error(`action ${action}: its type has no property "${unknown}"; it has ${known.join(', ') || 'none'}`);
  }
  const missing = properties.find(({ name, required = true }) => required && !(name in values));
  if (missing !== undefined) {
    throw new Error(
      `action ${action}: its type requires the property "${missing.name}"; give it a value in configuration`,
    );
  }
}
