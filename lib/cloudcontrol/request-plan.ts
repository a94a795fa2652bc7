import type { ResourceOperation } from './progress-event.ts';
import type { ResourcePlace } from './read-resource.ts';
import type { Turn } from './resource-request.ts';

/** What a request is to bring about, and how it is asked for. */
export interface RequestPlan {
  readonly title: string;
  readonly place: ResourcePlace;
  /** What was desired: its values are withheld from all messages. */
  readonly document: unknown;
  /**
   * Says what to ask for as things stand; before each attempt.
   *
   * @param identifier - of the resource, where an earlier attempt told it
   * @throws ConfigurationError where it cannot be asked for
   */
  prepare(turn: Turn, identifier: string | undefined): Promise<Preparation>;
  /** Whether a resource that is there already, or was left by an attempt, is brought to the desired state, too. */
  readonly takesOver: boolean;
}

/** What to ask for, or that nothing has to be. */
export type Preparation =
  | {
      readonly kind: 'request';
      readonly operation: ResourceOperation;
      /** Members of the operation beside type, role and ClientToken. */
      readonly input: object;
      readonly identifier: string | undefined;
      readonly changedProperties: readonly string[];
      readonly warnings: readonly string[];
      /** Properties of which some changes take another resource, and fail. @defaultValue none */
      readonly mayReplace?: readonly string[];
    }
  | { readonly kind: 'unchanged'; readonly identifier: string; readonly warnings: readonly string[] };

/** The operation of the API that a request is made with. */
export const API_OPERATIONS = {
  CREATE: 'CreateResource',
  UPDATE: 'UpdateResource',
  DELETE: 'DeleteResource',
} as const;
