import type { Principal } from './kernel.ts';

/** What hooks are asked about before it is provisioned. */
export interface HookQuestion {
  /** Which hooks are asked: those that target this kind of operation. */
  readonly operation: 'RESOURCE' | 'STACK' | 'CHANGE_SET' | 'CLOUD_CONTROL';
  readonly action: 'CREATE' | 'UPDATE' | 'DELETE';
  /** The type of the resource, `STACK` or `CHANGE_SET`. */
  readonly targetName: string;
  readonly targetLogicalId: string;
  /** Where `ListHookResults` finds the answers. */
  readonly targetId: string;
  readonly stackId?: string;
  readonly stackName?: string;
  readonly changeSetId?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly previousProperties?: Readonly<Record<string, unknown>>;
  /** What a hook on stacks or change sets reads behind its payload's address. */
  readonly payload?: object;
  readonly principal?: Principal;
}

/** One hook that was asked, and how far it is. */
export interface HookInvocation {
  readonly hookResultId: string;
  readonly typeName: string;
  readonly typeArn: string;
  readonly typeVersionId: string;
  readonly failureMode: 'FAIL' | 'WARN';
  readonly question: HookQuestion;
  /** Simulated milliseconds since the epoch. */
  readonly invokedAt: number;
  status: 'HOOK_IN_PROGRESS' | 'HOOK_COMPLETE_SUCCEEDED' | 'HOOK_COMPLETE_FAILED' | 'HOOK_FAILED';
  statusReason?: string;
  annotations: readonly Readonly<Record<string, unknown>>[];
}

/** Asks the hooks of the account. */
export interface HookPort {
  /** Whether any hook would be asked. */
  concerns(question: HookQuestion): boolean;
  /**
   * Asks every hook that the question concerns, all at once; `progress` grows as they begin. Resolves when all have
   * answered, to those that forbid the operation.
   */
  ask(question: HookQuestion, progress?: HookInvocation[]): Promise<readonly HookInvocation[]>;
}
