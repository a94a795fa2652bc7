import { type Decision, failedDecision } from '../core/decision.ts';
import { fitText } from '../core/text.ts';

/** Nobody limits the reason, which goes into logs, events and tags; a longer one would be read by nobody, either. */
const LONGEST_REASON = 5_000;
const LONGEST_SUMMARY = 2_048;

/** Fits a decision about a step: its request carries success or failure and nothing else. */
export function fitStepDecision(decision: Decision): Decision {
  if (decision.kind === 'failed') {
    const reason = fitText(decision.reason, {
      max: LONGEST_REASON,
      keep: 'end',
      ifEmpty: 'failed without a reason',
    });
    return { ...decision, reason, details: {} };
  }
  const unknown = Object.keys(decision.details).find((member) => member !== 'summary');
  if (unknown !== undefined) {
    return fitStepDecision(
      failedDecision(
        `the outcome cannot be reported: a step takes a summary and no "${unknown}"; write results to a bucket`,
        'configuration',
      ),
    );
  }
  const { summary } = decision.details;
  if (summary === undefined || summary === null || summary === '') return { ...decision, details: {} };
  const fitted = fitText(String(summary), { max: LONGEST_SUMMARY, keep: 'start', ifEmpty: '-' });
  return { ...decision, details: { summary: fitted } };
}
