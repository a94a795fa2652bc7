import type { FailureCategory } from '../core/decision.ts';
import { RingbackError } from '../core/errors.ts';
import type { HookProgress } from './hook-progress.ts';
import type { ResourceOperation } from './progress-event.ts';

/** What is known of a request that failed. */
export interface ResourceRequestFailure {
  /**
   * The code of Cloud Control, such as `AlreadyExists`; `HookFailed`, `Cancelled`, `Expired` and `Unended` are
   * Ringback's own.
   */
  readonly errorCode: string;
  readonly category: FailureCategory;
  readonly typeName: string;
  readonly operation: ResourceOperation | undefined;
  /** What the request was about, or what was in its way: with AlreadyExists it is somebody else's. */
  readonly identifier?: string | undefined;
  /** What the request may have left behind; nothing that was there before. */
  readonly possibleRemnant?: string | undefined;
  readonly hooks?: readonly HookProgress[];
}

/**
 * A request of Cloud Control came to nothing. Answered as a failure of its category; its message holds no value of a
 * desired state, patch or resource.
 */
export class ResourceRequestError extends RingbackError implements ResourceRequestFailure {
  override readonly name = 'ResourceRequestError';
  readonly code = 'RESOURCE_REQUEST';
  readonly retryable = false;
  readonly errorCode: string;
  readonly category: FailureCategory;
  readonly typeName: string;
  readonly operation: ResourceOperation | undefined;
  readonly identifier: string | undefined;
  readonly possibleRemnant: string | undefined;
  readonly hooks: readonly HookProgress[];

  constructor(message: string, failure: ResourceRequestFailure) {
    super(message);
    this.errorCode = failure.errorCode;
    this.category = failure.category;
    this.typeName = failure.typeName;
    this.operation = failure.operation;
    this.identifier = failure.identifier;
    this.possibleRemnant = failure.possibleRemnant;
    this.hooks = failure.hooks ?? [];
  }
}
