import type { ConsoleParts } from '../api/console-parts.ts';

/** A function, its environments, and how its last invocations went. */
export interface FunctionView {
  readonly functionName: string;
  /** The construct path. */
  readonly label: string;
  readonly runtime: string;
  readonly handler: string;
  readonly memorySizeMb: number;
  readonly timeoutSeconds: number;
  readonly role: string;
  readonly environments: readonly { readonly id: string; readonly pid: number; readonly isBusy: boolean }[];
  readonly invocations: number;
  readonly coldStarts: number;
  readonly errors: number;
  readonly lastDurationMs: number | undefined;
}

/** Every function of the cloud, by its construct path. */
export function functionsView({ cloud, history, rename }: ConsoleParts): readonly FunctionView[] {
  const environments = cloud.lambda.environments();
  const invocations = [...history.invocations.values()];
  return cloud.lambda
    .functions()
    .map((fn): FunctionView => {
      const own = invocations.filter(({ functionName }) => functionName === fn.functionName);
      return {
        functionName: fn.functionName,
        label: rename(fn.functionName),
        runtime: fn.runtime,
        handler: fn.handler,
        memorySizeMb: fn.memorySizeMb,
        timeoutSeconds: fn.timeoutSeconds,
        role: rename(fn.role.split('/').at(-1) ?? fn.role),
        environments: environments
          .filter(({ functionName }) => functionName === fn.functionName)
          .map(({ environmentId, pid, requestId }) => ({ id: environmentId, pid, isBusy: requestId !== undefined })),
        invocations: own.length,
        coldStarts: own.filter(({ coldStart }) => coldStart === true).length,
        errors: own.filter(({ error }) => error !== undefined).length,
        lastDurationMs: own.findLast(({ durationMs }) => durationMs !== undefined)?.durationMs,
      };
    })
    .sort((one, other) => one.label.localeCompare(other.label));
}
