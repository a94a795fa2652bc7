import type { ConditionType, RuleDeclaration } from './conditions/condition.ts';
import type { ActionDeclaration, PipelineDeclaration } from './pipeline.ts';

/** The states of a pipeline execution, as GetPipelineExecution names them. */
export type PipelineExecutionStatus =
  | 'Cancelled'
  | 'InProgress'
  | 'Stopped'
  | 'Stopping'
  | 'Succeeded'
  | 'Superseded'
  | 'Failed';

/** The states of a stage in one execution. */
export type StageExecutionStatus = 'InProgress' | 'Failed' | 'Stopped' | 'Stopping' | 'Succeeded' | 'Skipped';

/** The states of one run of an action. */
export type ActionExecutionStatus = 'InProgress' | 'Abandoned' | 'Succeeded' | 'Failed';

/** What started an execution. */
export interface ExecutionTrigger {
  readonly triggerType:
    | 'StartPipelineExecution'
    | 'PollForSourceChanges'
    | 'CloudWatchEvent'
    | 'CreatePipeline'
    | 'WebhookV2'
    | 'ManualRollback'
    | 'AutomatedRollback';
  readonly triggerDetail: string;
}

/** A source revision that the caller of StartPipelineExecution has asked for. */
export interface SourceRevisionOverride {
  readonly actionName: string;
  readonly revisionType: string;
  readonly revisionValue: string;
}

/** An artifact of one execution: where it is (or will be), and which revision it holds. */
export interface ExecutionArtifact {
  readonly name: string;
  readonly bucket: string;
  readonly key: string;
  readonly encryptionKey?: { readonly id: string; readonly type: 'KMS' };
  revision?: Revision;
}

/** A revision of a source or of what a job has worked on. */
export interface Revision {
  readonly revisionId: string;
  readonly revisionChangeIdentifier?: string;
  readonly revisionSummary?: string;
  /** Milliseconds since the epoch. */
  readonly created?: number;
}

/** Why an action failed, as `errorDetails` shows it. */
export interface ErrorDetails {
  readonly code: string;
  readonly message: string;
}

/** What the outside learns of an action while it runs. */
export interface ActionProgress {
  readonly externalExecutionId?: string;
  readonly externalExecutionUrl?: string;
  readonly percentComplete?: number;
  readonly summary?: string;
  /** The token that PutApprovalResult must give. */
  readonly token?: string;
  readonly lastUpdatedBy?: string;
  readonly currentRevision?: Revision;
}

/** One run of one action. */
export interface ActionExecution {
  readonly actionExecutionId: string;
  readonly stageName: string;
  readonly action: ActionDeclaration;
  readonly roleArn: string;
  readonly startTime: number;
  lastUpdateTime: number;
  status: ActionExecutionStatus;
  progress: ActionProgress;
  resolvedConfiguration: Readonly<Record<string, string>>;
  inputArtifacts: readonly ExecutionArtifact[];
  outputArtifacts: readonly ExecutionArtifact[];
  outputVariables: Readonly<Record<string, string>>;
  errorDetails?: ErrorDetails;
}

/** One judging of one rule. */
export interface RuleExecution {
  readonly ruleExecutionId: string;
  readonly stageName: string;
  readonly conditionType: ConditionType;
  readonly rule: RuleDeclaration;
  readonly roleArn: string;
  readonly startTime: number;
  lastUpdateTime: number;
  status: ActionExecutionStatus;
  progress: ActionProgress;
  resolvedConfiguration: Readonly<Record<string, string>>;
  inputArtifacts: readonly ExecutionArtifact[];
  errorDetails?: ErrorDetails;
}

/** The states of a condition, as GetPipelineState names them. */
export type ConditionStatus = 'InProgress' | 'Failed' | 'Succeeded' | 'Abandoned' | 'Overridden';

/** One judging of the condition of a stage. */
export interface ConditionExecution {
  readonly stageName: string;
  readonly type: ConditionType;
  readonly rules: RuleExecution[];
  lastUpdateTime: number;
  status: ConditionStatus;
  summary?: string;
  /** Lets the execution pass, whatever the rules say; only while they are judged. */
  override?: () => void;
}

/** How often a stage of one execution was run again. */
export interface StageRetries {
  automated: number;
  manual: number;
  latest: 'AutomatedStageRetry' | 'ManualStageRetry';
}

/** One execution of a pipeline, with the structure that it started under. Times are simulated milliseconds. */
export interface PipelineExecution {
  readonly id: string;
  readonly pipeline: PipelineDeclaration;
  readonly pipelineArn: string;
  readonly trigger: ExecutionTrigger;
  readonly variables: Readonly<Record<string, string>>;
  readonly sourceRevisions: readonly SourceRevisionOverride[];
  /** What the event that started it tells of its source actions, by action name: the output variables of a stub. */
  readonly sourceVariables: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The execution whose artifacts and variables a rollback goes back to. */
  readonly rollbackTarget?: string;
  readonly startTime: number;
  /** Counts from 0 over the pipeline's executions; a higher one is newer. */
  readonly order: number;
  lastUpdateTime: number;
  status: PipelineExecutionStatus;
  statusSummary?: string;
  stopReason?: string;
  /** Counts from 1; a retried stage adds one. */
  attempt: number;
  readonly stages: Map<string, StageExecutionStatus>;
  readonly artifacts: Map<string, ExecutionArtifact>;
  readonly namespaces: Map<string, Readonly<Record<string, string>>>;
  /** Every run of every action, oldest first. */
  readonly actions: ActionExecution[];
  /** Every judging of every condition, oldest first. */
  readonly conditions: ConditionExecution[];
  readonly retries: Map<string, StageRetries>;
  /** Aborts the actions that run now; renewed for each attempt. */
  abandon: AbortController;
}

/** Whether an execution has come to its end, retries aside. */
export function isEnded(execution: PipelineExecution): boolean {
  return execution.status !== 'InProgress' && execution.status !== 'Stopping';
}
