import { type Decision, type End, fitted } from '../core/decision.ts';
import { fitText } from '../core/secrets/fit-text.ts';
import type { Redact } from '../core/secrets/redactor.ts';

/** Nobody limits the reason, which goes into logs, events and tags; a longer one would be read by nobody, either. */
const LONGEST_REASON = 5_000;
const LONGEST_SUMMARY = 2_048;

/** Redacts and fits the end of a step: its request carries success or failure and nothing else. @throws Error for other details */
export function fitStep(end: End, redact: Redact): Decision {
  if (end.kind === 'failed') {
    const limit = { max: LONGEST_REASON, keep: 'end', ifEmpty: 'failed without a reason' } as const;
    return fitted({ ...end, reason: fitText(redact(end.reason), limit), details: {} });
  }
  const unknown = Object.keys(end.details).find((member) => member !== 'summary');
  if (unknown !== undefined) {
    throw new Error(`a step takes a summary and no "${unknown}"; write results to a bucket`);
  }
  const { summary } = end.details;
  if (summary === undefined || summary === null || summary === '') return fitted({ ...end, details: {} });
  const limit = { max: LONGEST_SUMMARY, keep: 'start', ifEmpty: '-' } as const;
  return fitted({ ...end, details: { summary: fitText(redact(String(summary)), limit) } });
}
