import type { ConditionContext, Kernel, Principal } from '../kernel/kernel.ts';
import type { ParameterStore } from './parameter-store.ts';

/** What the Parameter Store reaches of the other services. */
export interface SsmOptions {
  /** Says whether a principal may use a key. @throws AwsError AccessDeniedException, NotFoundException */
  readonly authorizeKey: (principal: Principal, key: string, action: string, context: ConditionContext) => void;
}

/** What the operations share. */
export interface SsmParts extends SsmOptions {
  readonly kernel: Kernel;
  readonly store: ParameterStore;
}
