/** The codes with which a request fails (Cloud Control API Reference, ProgressEvent, ErrorCode). */
export const HANDLER_ERROR_CODES = [
  'NotUpdatable',
  'InvalidRequest',
  'AccessDenied',
  'UnauthorizedTaggingOperation',
  'InvalidCredentials',
  'AlreadyExists',
  'NotFound',
  'ResourceConflict',
  'Throttling',
  'ServiceLimitExceeded',
  'NotStabilized',
  'GeneralServiceException',
  'ServiceInternalError',
  'ServiceTimeout',
  'NetworkFailure',
  'InternalFailure',
] as const;

/** One of {@link HANDLER_ERROR_CODES}. */
export type HandlerErrorCode = (typeof HANDLER_ERROR_CODES)[number];

/** A handler could not do what it was asked. */
export class HandlerError extends Error {
  override readonly name = 'HandlerError';
  readonly code: HandlerErrorCode;

  constructor(code: HandlerErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** An error of a service that a handler called. */
export interface ServiceError {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

const CODES: readonly (readonly [pattern: RegExp, code: HandlerErrorCode])[] = [
  [/AccessDenied|NotAuthorized|Unauthorized/, 'AccessDenied'],
  [/ExpiredToken|InvalidClientToken/, 'InvalidCredentials'],
  [/AlreadyExists|AlreadyOwned|ResourceExists|NameExists|ResourceInUse|ResourceConflict/, 'AlreadyExists'],
  [/NotFound|NoSuch|NonExistent|DoesNotExist/, 'NotFound'],
  [/Throttl|TooManyRequests|SlowDown|RequestLimit/, 'Throttling'],
  [/LimitExceeded/, 'ServiceLimitExceeded'],
  [/Conflict|Concurrent/, 'ResourceConflict'],
  [/Invalid|Validation|Malformed|Missing|Unsupported|NotImplemented|NotUpdatable/, 'InvalidRequest'],
];

/** What a handler makes of a service's error. */
export function handlerErrorOf({ code, message, status }: ServiceError): HandlerError {
  const known = CODES.find(([pattern]) => pattern.test(code))?.[1];
  if (known !== undefined) return new HandlerError(known, message);
  return new HandlerError(status >= 500 ? 'ServiceInternalError' : 'GeneralServiceException', message);
}
