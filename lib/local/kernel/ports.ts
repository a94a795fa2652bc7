import type { Principal } from './kernel.ts';

/** How the services of the local cloud reach each other inside, without the wire. */

/** What a synchronous invocation gave. */
export interface InvocationResult {
  readonly payload: string;
  /** `Unhandled` when the function failed; the payload is then `{errorType, errorMessage, trace}`. */
  readonly functionError?: 'Unhandled';
}

/** Invokes functions. Checks the caller's permission: its policies, or the function's resource policy. */
export interface FunctionPort {
  /** Takes an event for asynchronous invocation; resolves as soon as it is queued. @throws AwsError */
  invokeEvent(functionNameOrArn: string, payload: string, caller: FunctionCaller): Promise<void>;
  /** Invokes and waits. @throws AwsError */
  invokeSync(functionNameOrArn: string, payload: string, caller: FunctionCaller): Promise<InvocationResult>;
}

/** Who invokes a function; `context` holds keys such as `aws:SourceArn` for its resource policy. */
export interface FunctionCaller {
  readonly principal: Principal;
  readonly context?: Readonly<Record<string, string>>;
}

/** An object as the store keeps it. */
export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly eTag: string;
  readonly size: number;
  /** The file that holds the bytes; read it, never write it. */
  readonly file: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly serverSideEncryption?: string;
  readonly kmsKeyId?: string;
}

/** Reads and writes objects. Checks the caller's permission. */
export interface ObjectPort {
  /** @throws AwsError NoSuchKey, NoSuchBucket, AccessDenied */
  get(principal: Principal, bucket: string, key: string, versionId?: string): StoredObject;
  put(
    principal: Principal,
    bucket: string,
    key: string,
    body: Buffer,
    options?: {
      contentType?: string;
      metadata?: Record<string, string>;
      kmsKeyId?: string;
      tags?: Record<string, string>;
    },
  ): StoredObject;
  /**
   * Copies what `get` gave to the principal, with its headers, metadata and tags; it takes no memory, however large it is.
   *
   * @throws AwsError NoSuchKey, NoSuchBucket, AccessDenied
   */
  copy(principal: Principal, source: StoredObject, bucket: string, key: string): Promise<StoredObject>;
  delete(principal: Principal, bucket: string, key: string): void;
  tag(principal: Principal, bucket: string, key: string, tags: Record<string, string>): void;
}

/** Sends to queues and takes from them for event source mappings. */
export interface QueuePort {
  /** @throws AwsError when the queue does not exist or the principal may not send. */
  send(
    queueArn: string,
    body: string,
    options: {
      principal: Principal;
      delaySeconds?: number;
      context?: Record<string, string>;
      messageAttributes?: Readonly<Record<string, { readonly DataType: string; readonly StringValue: string }>>;
    },
  ): string;
  /** Takes up to `max` visible messages, hiding them for the queue's visibility timeout. */
  receive(queueArn: string, max: number): readonly QueueMessage[];
  /** How long a received message stays hidden. @throws AwsError QueueDoesNotExist */
  visibilityTimeoutSeconds(queueArn: string): number;
  delete(queueArn: string, receiptHandle: string): void;
  /** Makes a message visible again after `seconds`. */
  changeVisibility(queueArn: string, receiptHandle: string, seconds: number): void;
  /** Calls `listener` whenever a message becomes visible; returns the way to stop. */
  onVisible(queueArn: string, listener: () => void): () => void;
}

/** A message in the shape of a Lambda SQS event record's parts. */
export interface QueueMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, unknown>>;
  readonly md5OfBody: string;
}

/** Puts events on the default event bus. */
export interface EventBusPort {
  put(event: { source: string; detailType: string; detail: unknown; resources?: readonly string[] }): void;
}
