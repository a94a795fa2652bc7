import type { Principal } from '../kernel/kernel.ts';
import type { ActionExecution, ActionProgress, ExecutionArtifact, PipelineExecution, Revision } from './execution.ts';

/** What a provider is given to run one action. */
export interface ActionRun {
  readonly execution: PipelineExecution;
  readonly actionExecution: ActionExecution;
  /** The action's configuration, its variables resolved. */
  readonly configuration: Readonly<Record<string, string>>;
  readonly inputArtifacts: readonly ExecutionArtifact[];
  readonly outputArtifacts: readonly ExecutionArtifact[];
  /** The action's role, or the pipeline's where the action has none. */
  readonly roleArn: string;
  readonly principal: Principal;
  /** Aborts when the execution is stopped and abandoned, or the cloud stops: let go of timers and jobs. */
  readonly signal: AbortSignal;
  /** Shows progress in GetPipelineState; members that are left out keep their value. */
  update(progress: ActionProgress): void;
}

/** How an action ended. */
export type ActionResult =
  | {
      readonly status: 'Succeeded';
      readonly outputVariables?: Readonly<Record<string, string>>;
      readonly revision?: Revision;
    }
  | { readonly status: 'Failed'; readonly code: string; readonly message: string };

/** Runs the actions of one type. A rejection fails the action, too. */
export type ActionProvider = (run: ActionRun) => Promise<ActionResult>;

/** Providers by `Owner/Category/Provider`, such as `AWS/Invoke/Lambda`; `Custom` and `ThirdParty` stand for every type of theirs. */
export type ActionProviders = Readonly<Record<string, ActionProvider>>;
