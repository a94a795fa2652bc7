import type { AwsCallError } from '../aws/index.ts';
import type { FailureCategory } from '../core/decision.ts';
import type { ResourceOperation } from './progress-event.ts';

/** What a failure of a request means. */
export interface FailureMeaning {
  readonly category: FailureCategory;
  /** How long to wait before the same is asked for once more, in milliseconds; absent where that would fail again. */
  readonly retryAfterMs?: number;
  /** What to do about it. */
  readonly advice?: string;
}

/** A request that failed: the code, its text, and what it was to do. */
export interface RequestFailure {
  readonly code: string;
  readonly message: string;
  readonly operation: ResourceOperation;
}

const SOON_MS = 2_000;
const LATER_MS = 10_000;

/**
 * By code (Cloud Control API Reference, HandlerErrorCode; CloudFormation CLI User Guide, "Handler error codes"). An
 * unknown code fails: what cannot be named had better not be done twice.
 */
const BY_CODE: Readonly<Record<string, FailureMeaning>> = {
  NotUpdatable: { category: 'configuration', advice: 'such a change needs another resource' },
  InvalidRequest: { category: 'configuration' },
  UnsupportedAction: { category: 'configuration', advice: 'make it by its own service or by CloudFormation' },
  TypeNotFound: { category: 'configuration', advice: 'correct the type name, or look whether the Region has it' },
  PrivateType: { category: 'configuration', advice: 'activate the type in this account and Region' },
  AccessDenied: { category: 'permission' },
  UnauthorizedTaggingOperation: { category: 'permission', advice: 'allow the tag operations of the service' },
  InvalidCredentials: {
    category: 'permission',
    advice: 'a session of the caller lasts 24 hours, a roleArn 36; pass a roleArn that CloudFormation may assume',
  },
  AlreadyExists: { category: 'failed', advice: 'it was left as it is; ensureResource brings what is there to a state' },
  NotFound: { category: 'failed' },
  ServiceLimitExceeded: { category: 'failed', advice: 'ask for a higher quota' },
  GeneralServiceException: { category: 'failed' },
  InternalFailure: { category: 'unavailable' },
  ResourceConflict: { category: 'failed', retryAfterMs: LATER_MS },
  Throttling: { category: 'unavailable', retryAfterMs: SOON_MS },
  ServiceInternalError: { category: 'unavailable', retryAfterMs: SOON_MS },
  ServiceTimeout: { category: 'unavailable', retryAfterMs: LATER_MS },
  NetworkFailure: { category: 'unavailable', retryAfterMs: SOON_MS },
  // The guide calls it terminal, the Java plugin retriable; a resource that was made in vain must not be made twice.
  NotStabilized: { category: 'failed' },
};

/** Failures that pass, known by their text alone; each service has its own words. */
const PASSING_TEXTS: readonly (readonly [text: RegExp, retryAfterMs: number])[] = [
  [/rate exceeded|too many requests|throttl|request limit exceeded/i, SOON_MS],
  // SQS keeps the name of a deleted queue for a minute.
  [/wait 60 seconds/i, 65_000],
  // IAM tells its services of new roles, principals and grants only after a while.
  [/cannot be assumed|(?:unable|not able|not authorized) to assume (?:the )?(?:provided )?role/i, LATER_MS],
  [/invalid principal in policy|principalnotfound|is invalid for creategrant/i, LATER_MS],
  [/(?:currently|being) (?:updating|updated|modified)|is in (?:the )?(?:updating|modifying) state/i, LATER_MS],
  [/concurrent (?:update|modification)|another operation .{0,40}in progress|dependencyviolation/i, LATER_MS],
];

/** What a failure means; text decides where the code alone would call it final. */
export function meaningOf({ code, message, operation }: RequestFailure): FailureMeaning {
  const byCode = BY_CODE[code] ?? { category: 'failed' };
  if (code === 'NotStabilized' && operation !== 'CREATE') return { ...byCode, retryAfterMs: LATER_MS };
  if (byCode.retryAfterMs !== undefined || ALWAYS_FINAL.has(code)) return byCode;
  const passing = PASSING_TEXTS.find(([text]) => text.test(message));
  return passing === undefined ? byCode : { ...byCode, retryAfterMs: passing[1] };
}

/** No text makes these pass. */
const ALWAYS_FINAL: ReadonlySet<string> = new Set(['AlreadyExists', 'NotFound', 'NotUpdatable', 'TypeNotFound']);

/** Exceptions whose names are not the code with `Exception` behind it. */
const CODES_OF_EXCEPTIONS: Readonly<Record<string, string>> = {
  GeneralServiceException: 'GeneralServiceException',
  HandlerFailureException: 'ServiceInternalError',
  HandlerInternalFailureException: 'InternalFailure',
  ResourceNotFoundException: 'NotFound',
  ThrottlingException: 'Throttling',
  ValidationException: 'InvalidRequest',
};

/** The code of a request that was refused at once: an exception's name in the words of a failure. */
export function codeOfException({ code }: Pick<AwsCallError, 'code'>): string {
  return CODES_OF_EXCEPTIONS[code] ?? code.replace(/Exception$/, '');
}
