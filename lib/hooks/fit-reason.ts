import { fitText } from '../core/secrets/fit-text.ts';
import type { Redacted } from '../core/secrets/redactor.ts';

/** The longest message, in characters: CloudFormation and Cloud Control cut longer ones ("Response input", message). */
export const longestMessages = { CLOUD_CONTROL: 1_024, RESOURCE: 4_096, STACK: 4_096, CHANGE_SET: 4_096 } as const;

/**
 * How much of a reason is seen by everybody, in characters: `cdk deploy` shows 400, and CloudFormation begins them with
 * "Hook failed with message: ".
 */
export const SEEN_BY_ALL = 400 - 'Hook failed with message: '.length;
const GAP = ' … ';
const REST = '\nIn full: ';
const IF_EMPTY = 'failed without a reason';

/**
 * Fits the reason of a failure. Where it is longer than what everybody sees, its beginning and its end come first, since
 * an error says at its end what caused it; then the whole.
 */
export function fitReason(reason: Redacted, max: number): string {
  const whole = fitText(reason, { max: reason.length + IF_EMPTY.length, keep: 'start', ifEmpty: IF_EMPTY });
  if (whole.length <= SEEN_BY_ALL) return whole;
  const half = (SEEN_BY_ALL - GAP.length) / 2;
  const [start, end] = [whole.slice(0, Math.floor(half)), whole.slice(-Math.floor(half))];
  const seen = `${start.trimEnd()}${GAP}${end.trimStart()}`.toWellFormed();
  // It was redacted before; to put the parts of a text together makes no secret.
  return fitText(`${seen}${REST}${whole}` as Redacted, { max, keep: 'start', ifEmpty: IF_EMPTY });
}
