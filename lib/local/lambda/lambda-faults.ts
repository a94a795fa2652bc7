/** What a fault hook learns of an environment or an invocation. */
export interface InvocationInfo {
  readonly functionName: string;
  /** Absent while an environment only starts. */
  readonly requestId?: string;
  readonly event?: unknown;
}

/** Faults for tests that strike inside Lambda. */
export interface LambdaFaults {
  /** Called when an environment has started; `crash` ends its process before it has loaded the handler. */
  onEnvironment?(info: InvocationInfo): 'crash' | undefined;
  /** Called when a function has given its result; a text takes the result's place. */
  onResult?(info: InvocationInfo): string | undefined;
}
