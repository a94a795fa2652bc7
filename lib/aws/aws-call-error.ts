/** What kind of failure a call met: the caller's fault, the service's, or the way between them. */
export type AwsFault = 'client' | 'server' | 'network';

/**
 * A call to an AWS API that did not succeed.
 *
 * Unknown failures count as retryable: a wrong "try again" costs a moment, a wrong "give up" costs the answer.
 */
export class AwsCallError extends Error {
  override readonly name = 'AwsCallError';
  /** The service's error code (`InvalidJobStateException`), or Node's for the network (`ECONNRESET`). */
  readonly code: string;
  readonly fault: AwsFault;
  /** The operation that was called, such as `codepipeline:PutJobSuccessResult`. */
  readonly action: string;
  /** The HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly requestId: string | undefined;
  /** How long the service asks to wait before the next try, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** Whether a kept connection turned out to be dead before a byte came back, so that another may be tried at once. */
  readonly onDeadConnection: boolean;
  /** Further members of the error, such as DynamoDB's `Item`. */
  readonly members: Readonly<Record<string, unknown>>;
  private readonly passes: boolean;

  constructor(
    message: string,
    details: {
      code: string;
      fault: AwsFault;
      action: string;
      status?: number;
      requestId?: string | undefined;
      retryAfterMs?: number | undefined;
      onDeadConnection?: boolean;
      members?: Record<string, unknown>;
      /** Whether it is known to pass. @defaultValue what fault, status and code tell */
      passes?: boolean;
      cause?: unknown;
    },
  ) {
    super(message, { cause: details.cause });
    this.code = details.code;
    this.fault = details.fault;
    this.action = details.action;
    this.status = details.status ?? 0;
    this.requestId = details.requestId;
    this.retryAfterMs = details.retryAfterMs;
    this.onDeadConnection = details.onDeadConnection ?? false;
    this.members = details.members ?? {};
    this.passes = details.passes ?? false;
  }

  /** Whether the same request may succeed later: throttling, 5xx, anything on the way, credentials that are renewed. */
  get retryable(): boolean {
    return (
      this.passes ||
      this.fault !== 'client' ||
      RETRYABLE_STATUSES.has(this.status) ||
      RETRYABLE_CLIENT_CODES.has(this.code)
    );
  }

  /** Whether the service did not take the credentials: they have expired, or are not its any more. */
  get credentialsRefused(): boolean {
    return CREDENTIAL_CODES.has(this.code);
  }

  /** Whether IAM refused the call. */
  get accessDenied(): boolean {
    return ACCESS_DENIED_CODES.has(this.code);
  }
}

/** 4xx that pass: a connection that had waited too long, by whoever stands in between, and throttling. */
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([408, 429]);

/** Codes that come with a 4xx status and pass all the same; the list the AWS SDKs use for throttling and clock skew. */
const RETRYABLE_CLIENT_CODES: ReadonlySet<string> = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'InternalFailure',
  'InternalServerError',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestTimeout',
  'RequestTimeoutException',
  'ServiceUnavailable',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionConflictException',
]);

/** Codes by which services say that credentials have expired, or are not known. */
export const CREDENTIAL_CODES: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'RequestExpired',
  'UnrecognizedClientException',
]);

const ACCESS_DENIED_CODES: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'NotAuthorized',
]);
