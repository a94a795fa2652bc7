/** Largest event of an asynchronous invocation, in bytes. AWS raised it from 256 KB to 1 MB in 2025 (Lambda quotas). */
export const ASYNC_PAYLOAD_LIMIT_BYTES = 1_048_576;

/** Largest event of a synchronous invocation, in bytes (Lambda quotas: 6 MB). */
export const SYNC_PAYLOAD_LIMIT_BYTES = 6_291_456;

/** Largest response of a function, in bytes; the service names this figure in its own error. */
export const RESPONSE_LIMIT_BYTES = 6_291_556;

/** How long the init phase of an environment may take, in real milliseconds (Lambda runtime environment lifecycle). */
export const INIT_LIMIT_MS = 10_000;

/** Simulated seconds that an asynchronous event waits before its second and its third attempt. */
export const RETRY_DELAYS_SECONDS = [60, 120] as const;

/** Age at which an asynchronous event is given up, in simulated seconds, where nothing else is configured: 6 hours. */
export const DEFAULT_MAX_EVENT_AGE_SECONDS = 21_600;

/** Attempts after the first, where nothing else is configured. */
export const DEFAULT_MAX_RETRY_ATTEMPTS = 2;

/** Execution environments of one function at the same time, where nothing else is configured. */
export const DEFAULT_MAX_ENVIRONMENTS = 10;

/** How long the credentials of an environment hold, in simulated seconds. An older environment is replaced. */
export const CREDENTIALS_SECONDS = 43_200;

/** The end of an invocation's log that `LogType: Tail` returns, in bytes (Invoke API: the last 4 KB). */
export const LOG_TAIL_BYTES = 4096;

/** Largest total of names and values of a function's environment variables, in bytes (Lambda quotas: 4 KB). */
export const ENVIRONMENT_VARIABLES_LIMIT_BYTES = 4096;

/** Concurrent executions of an account, and those of them that no function may reserve (Lambda quotas). */
export const ACCOUNT_CONCURRENCY = 1_000;
export const LEAST_UNRESERVED_CONCURRENCY = 100;
