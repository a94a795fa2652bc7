/** One hook that a request has to pass. */
export interface HookProgress {
  readonly typeName: string;
  readonly typeVersionId: string | undefined;
  readonly status: string;
  readonly message: string | undefined;
  /** `FAIL` stops the request, `WARN` does not. */
  readonly failureMode: string;
}

type Members = Readonly<Record<string, unknown>>;

/** Reads the HooksProgressEvent member of GetResourceRequestStatus. */
export function readHooks(answer: unknown): readonly HookProgress[] {
  const list = ((answer ?? {}) as Members).HooksProgressEvent;
  if (!Array.isArray(list)) return [];
  return list.map((event: Members) => ({
    typeName: String(event.HookTypeName ?? 'a hook without a name'),
    typeVersionId: typeof event.HookTypeVersionId === 'string' ? event.HookTypeVersionId : undefined,
    status: String(event.HookStatus ?? 'UNKNOWN'),
    message: typeof event.HookStatusMessage === 'string' ? event.HookStatusMessage : undefined,
    failureMode: String(event.FailureMode ?? 'FAIL'),
  }));
}

/** Whether a hook has answered. */
export function hasAnswered({ status }: HookProgress): boolean {
  return status === 'HOOK_COMPLETE_SUCCEEDED' || hasFailed({ status });
}

/** Whether a hook refused, or could not say. */
function hasFailed({ status }: Pick<HookProgress, 'status'>): boolean {
  return status === 'HOOK_COMPLETE_FAILED' || status === 'HOOK_FAILED';
}

/** The hooks that stopped a request. */
export function refusals(hooks: readonly HookProgress[]): readonly HookProgress[] {
  return hooks.filter((hook) => hasFailed(hook) && hook.failureMode !== 'WARN');
}

/** What hooks warn of, one line a hook. */
export function warningsOf(hooks: readonly HookProgress[]): readonly string[] {
  return hooks
    .filter((hook) => hasFailed(hook) && hook.failureMode === 'WARN')
    .map(({ typeName, message }) => `the hook ${typeName} warns: ${message ?? 'it gave no message'}`);
}
