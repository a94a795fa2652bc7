import { checkOptions } from '../core/check-options.ts';
import { InvalidOptionError } from '../core/errors.ts';
import { describeValue, isFunction, isText, type OptionKind } from '../core/option-kinds.ts';
import type { OperationOutcome, ProvisioningOperation, TerminateOperation } from '../servicecatalog/index.ts';
import type { EngineFailure } from './failure.ts';
import type { TerraformOperation } from './operation.ts';

/** What a hook is told. */
export interface HookInput {
  readonly operation: TerraformOperation;
}

/** Functions of yours that are called on the way of an operation. */
export interface TerraformHooks {
  /**
   * Sees the plan, as `terraform show -json` prints it, before anything changes: for checks of cost or policy. Throw, or
   * return a reason, to stop the operation. The plan holds sensitive values.
   */
  beforeApply?(input: HookInput & { readonly plan: unknown }): string | undefined | Promise<string | undefined>;
  /** Is called when everything stands. What it throws is logged. */
  afterApply?(input: HookInput): unknown;
  /** Is called with a failure, before it is answered. What it throws is logged. */
  afterFailure?(input: HookInput & { readonly failure: EngineFailure }): unknown;
}

/** Where an operation runs that does not run in the function itself: it starts that, and defers. */
export type TerraformRunner = (work: {
  /** What waits for the answer, as `startBuild` takes it. */
  readonly task: ProvisioningOperation | TerminateOperation;
  readonly operation: TerraformOperation;
  /** Where the operation is stored, for `ringback terraform run`. */
  readonly reference: string;
}) => OperationOutcome | Promise<OperationOutcome>;

/** How and where the engine keeps what it makes; JSON, so that another process can have it. */
export interface TerraformSettings {
  /** The bucket of states. */
  readonly stateBucket: string;
  /** Where that is. @defaultValue the function's Region */
  readonly stateRegion?: string;
  /** The KMS key that encrypts states and what is kept beside them. @defaultValue the bucket's own encryption */
  readonly kmsKeyArn?: string;
  /** What becomes of sensitive outputs. @defaultValue 'mask' */
  readonly sensitiveOutputs?: 'mask' | { readonly parameterStorePrefix: string };
}

/** Options of {@link terraformEngine}. */
export interface TerraformEngineOptions extends TerraformSettings, TerraformHooks {
  /** The program. @defaultValue RINGBACK_TERRAFORM, then `terraform` */
  readonly binary?: string;
  /** `lambda`: the function itself, within its timeout; or what starts a build, say, and defers. @defaultValue 'lambda' */
  readonly runner?: 'lambda' | TerraformRunner;
}

const isSensitiveOutputs: OptionKind = (value) => {
  const { parameterStorePrefix: prefix } = (value ?? {}) as { readonly parameterStorePrefix?: unknown };
  if (value === 'mask' || (typeof prefix === 'string' && prefix !== '')) return undefined;
  return `must be 'mask' or { parameterStorePrefix } with a text, but is ${describeValue(value)}`;
};

const isRunner: OptionKind = (value) =>
  value === 'lambda' || typeof value === 'function'
    ? undefined
    : `must be 'lambda' or a function, but is ${describeValue(value)}`;

const KINDS = {
  stateBucket: isText,
  stateRegion: isText,
  kmsKeyArn: isText,
  sensitiveOutputs: isSensitiveOutputs,
  binary: isText,
  runner: isRunner,
  beforeApply: isFunction,
  afterApply: isFunction,
  afterFailure: isFunction,
};

/** @throws InvalidOptionError */
export function checkEngineOptions(options: TerraformEngineOptions): void {
  if (!options?.stateBucket) {
    throw new InvalidOptionError(
      "terraformEngine needs a stateBucket, such as { stateBucket: process.env.STATE_BUCKET ?? '' }",
    );
  }
  checkOptions('terraformEngine', options, KINDS);
}
