import type { Redactor } from './redact.ts';

const MOST_CAUSES = 5;

/**
 * Takes known secrets out of the texts of an error and of its causes, in place, so that it stays the error it is.
 *
 * Whatever a handler throws is printed by Lambda's runtime, past our log, and repeated in the failure record.
 */
export function redactError(error: unknown, redactor: Pick<Redactor, 'redact'>): unknown {
  if (typeof error === 'string') return redactor.redact(error);
  let current = error;
  for (let depth = 0; depth < MOST_CAUSES && current instanceof Error; depth++) {
    for (const member of ['message', 'stack'] as const) {
      const text = current[member];
      const redacted = typeof text === 'string' ? redactor.redact(text) : text;
      // A frozen error is left: better thrown as it is than replaced by a TypeError.
      if (redacted !== text) Reflect.set(current, member, redacted);
    }
    current = current.cause;
  }
  return error;
}
