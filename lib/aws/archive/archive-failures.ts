/** Makes the errors of one archive; whoever reads it says how they name it. */
export interface ArchiveFailures {
  /** An error of the archive itself. `problem` continues the sentence that its name begins. */
  because(problem: string, details?: { entry?: string; cause?: unknown; retryable?: boolean }): Error;
  /** The error for whatever was thrown meanwhile: the end of the work as it is, anything else as one of the archive. */
  from(error: unknown, entry?: string): unknown;
}

const MAX_QUOTED = 200;

/** Quotes a name for a message: control characters escaped, and not longer than a reader needs. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > MAX_QUOTED ? `${name.slice(0, MAX_QUOTED)}…` : name);
}
