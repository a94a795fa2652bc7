import type { StageConditions } from './conditions/condition.ts';
import type { TriggerDeclaration } from './triggers/trigger.ts';

/** The parts of a pipeline, in the form of the API (`PipelineDeclaration`), as GetPipeline shows them. */

/** What kind of action, and whose. */
export interface ActionTypeId {
  readonly category: string;
  readonly owner: string;
  readonly provider: string;
  readonly version: string;
}

/** The bucket that a pipeline keeps its artifacts in. */
export interface ArtifactStore {
  readonly type: 'S3';
  readonly location: string;
  /** A customer managed key; without it artifacts are encrypted under the AWS managed key of S3. */
  readonly encryptionKey?: { readonly id: string; readonly type: 'KMS' };
}

/** One action of a stage. */
export interface ActionDeclaration {
  readonly name: string;
  readonly actionTypeId: ActionTypeId;
  readonly runOrder: number;
  readonly configuration: Readonly<Record<string, string>>;
  readonly inputArtifacts: readonly { readonly name: string }[];
  readonly outputArtifacts: readonly { readonly name: string }[];
  readonly namespace?: string;
  readonly roleArn?: string;
  readonly region?: string;
  /** In minutes; only manual approvals heed it. */
  readonly timeoutInMinutes?: number;
  /** The shell commands of a Commands action. */
  readonly commands?: readonly string[];
}

/** One stage of a pipeline. */
export interface StageDeclaration extends StageConditions {
  readonly name: string;
  readonly actions: readonly ActionDeclaration[];
}

/** How executions of one pipeline share its stages. */
export const EXECUTION_MODES = ['SUPERSEDED', 'QUEUED', 'PARALLEL'] as const;

/** One of {@link EXECUTION_MODES}. */
export type ExecutionMode = (typeof EXECUTION_MODES)[number];

/** A variable of a V2 pipeline. */
export interface VariableDeclaration {
  readonly name: string;
  readonly defaultValue?: string;
  readonly description?: string;
}

/** The structure of a pipeline. */
export interface PipelineDeclaration {
  readonly name: string;
  readonly roleArn: string;
  readonly artifactStore?: ArtifactStore;
  /** By Region, for pipelines with actions in several. */
  readonly artifactStores?: Readonly<Record<string, ArtifactStore>>;
  readonly stages: readonly StageDeclaration[];
  readonly version: number;
  readonly executionMode: ExecutionMode;
  readonly pipelineType: 'V1' | 'V2';
  readonly variables: readonly VariableDeclaration[];
  readonly triggers: readonly TriggerDeclaration[];
}

/** Whether two versions of a pipeline say the same, so that an execution of one can go on in the other. */
export function isSameStructure(one: PipelineDeclaration, other: PipelineDeclaration): boolean {
  const textOf = (pipeline: PipelineDeclaration) => JSON.stringify({ ...pipeline, version: 0 });
  return one === other || textOf(one) === textOf(other);
}

/** The text form of an action type id, as the service's own messages write it. */
export function describeActionType(id: ActionTypeId): string {
  return `ActionType (Category: '${id.category}', Owner: '${id.owner}', Provider: '${id.provider}', Version: '${id.version}')`;
}

/** The actions of a stage in groups of equal run order, lowest first; a group's actions run at the same time. */
export function actionGroups(stage: StageDeclaration): readonly (readonly ActionDeclaration[])[] {
  const orders = [...new Set(stage.actions.map((action) => action.runOrder))].sort((a, b) => a - b);
  return orders.map((order) => stage.actions.filter((action) => action.runOrder === order));
}
