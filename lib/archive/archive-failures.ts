/** Makes the errors of one archive; whoever reads it says how they name it. */
export interface ArchiveFailures {
  /** An error of the archive itself. `problem` continues the sentence that its name begins. */
  because(problem: string, details?: { entry?: string; cause?: unknown; retryable?: boolean }): Error;
  /** The error for whatever was thrown meanwhile: the end of the work as it is, anything else as one of the archive. */
  from(error: unknown, entry?: string): unknown;
}

/** The bytes are not what the format asks for; never leaves this folder. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** The error for what was thrown while an archive's own structure was read. */
export function structureFailure(error: unknown, format: 'zip' | 'tar', failures: ArchiveFailures): unknown {
  if (!isFormatError(error)) return failures.from(error);
  return failures.because(`not a ${format} archive, or a damaged one: ${error.message}`, { cause: error });
}

/** Ours, those of a source that is asked for bytes beyond its end, and those of zlib. */
function isFormatError(error: unknown): error is Error {
  if (error instanceof FormatError || error instanceof RangeError) return true;
  return error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith('Z_');
}

const MAX_QUOTED = 200;

/** Quotes a name for a message: control characters escaped, and not longer than a reader needs. */
export function quoted(name: string): string {
  return JSON.stringify(shown(name));
}

/** A name as messages have it. */
export function shown(name: string): string {
  return name.length > MAX_QUOTED ? `${name.slice(0, MAX_QUOTED)}…` : name;
}
