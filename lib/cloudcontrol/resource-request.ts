import type { TimeSource } from '../aws/index.ts';
import type { Json } from '../core/json.ts';
import type { CloudControlClient } from './cloudcontrol-client.ts';
import type { ResourceOperation } from './progress-event.ts';
import type { TypeSchemas } from './type-schema.ts';

/** What a request has made of a resource. */
export interface ChangedResource {
  readonly typeName: string;
  /** As Cloud Control has it: parts of a composite one are parted by `|`. */
  readonly identifier: string;
  /** The role that it was done as, where that was not the caller's. */
  readonly roleArn?: string | undefined;
  /** `NONE` where everything was as desired already. */
  readonly operation: ResourceOperation | 'NONE';
  /** The names of the properties that were set; no values. */
  readonly changedProperties: readonly string[];
  /** What hooks warn of, and what could not be checked. */
  readonly warnings: readonly string[];
  /**
   * The properties of the resource by GetResource, asked for with patience: a new resource may not be found at once.
   *
   * @throws PermissionError, AwsCallError
   */
  properties(): Promise<Readonly<Record<string, unknown>>>;
  /**
   * The parts of the identifier by the properties that they are, by DescribeType; the whole as `identifier` where the role
   * may not ask for that.
   */
  identifierParts(): Promise<Readonly<Record<string, string>>>;
}

/** How far a request is, for people. */
export interface RequestProgress {
  /** One line, such as `creating AWS::S3::Bucket shop: IN_PROGRESS`. */
  readonly summary: string;
  /** 0 to 100, by what has been passed; a guess. */
  readonly percentComplete: number;
}

/**
 * A request of Cloud Control that can be taken up again where it was left, by `follow` within a task, or by `wait`. Making
 * one asks for nothing.
 */
export interface ResourceRequest<Result = ChangedResource> {
  /** What it is for, such as `create AWS::S3::Bucket`. */
  readonly title: string;
  /**
   * Goes one step: asks for the change, or how far it is. For {@link Step} alone to call.
   *
   * @throws ResourceRequestError, ConfigurationError, PermissionError
   */
  advance(turn: Turn): Promise<Step<Result>>;
}

/** What one step comes to. */
export type Step<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | {
      readonly kind: 'waiting';
      /** What the next step has to know; no secrets but the request's token. */
      readonly state: Json;
      readonly delayMs: number;
      readonly progress: RequestProgress;
      /** Whether the state must be stored before the next step: it holds what could not be found again. */
      readonly mustBeStored: boolean;
    };

/** What a step has to work with. */
export interface Turn {
  readonly client: CloudControlClient;
  readonly schemas: TypeSchemas;
  readonly time: TimeSource;
  /** What the last step left; undefined for the first. */
  readonly state: Json | undefined;
  /** Makes the ClientToken of a request; the same one for the same work. */
  readonly clientToken: (...request: readonly (string | number)[]) => string;
  /** Whether the work is to end: the request is cancelled, then. */
  readonly isAborted: boolean;
}
