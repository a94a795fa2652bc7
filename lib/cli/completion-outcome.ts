import type { Details, End } from '../core/decision.ts';
import { fitEnd } from '../core/fit-end.ts';
import { type Failed, fail, type Succeeded, succeed } from '../core/outcome.ts';
import type { Redacted } from '../core/secrets/redactor.ts';
import type { Service } from '../core/service.ts';
import { UsageError } from './usage-error.ts';

/** What a person decides, by the options of `ringback complete`. */
export interface OutcomeOptions {
  readonly succeed?: boolean | undefined;
  readonly fail?: string | undefined;
  readonly details?: string | undefined;
}

/** Reads the outcome out of the options. @throws UsageError */
export function readOutcome(options: OutcomeOptions): Succeeded | Failed {
  const { fail: reason } = options;
  const { succeed: succeeds = false } = options;
  if (succeeds && reason !== undefined) {
    throw new UsageError('--succeed and --fail are both given: say one of them, how it ends');
  }
  if (!succeeds && reason === undefined) throw new UsageError('say how it ends: --succeed, or --fail REASON');
  const details = readDetails(options.details);
  if (reason === undefined) return succeed(details);
  if (reason.trim() === '') throw new UsageError('--fail needs a reason: it is what people read in the console');
  return fail(reason, details);
}

/**
 * Holds an outcome against what its service can carry, before it is decided: a typing error must not become a final
 * answer.
 *
 * @throws UsageError
 */
export function checkOutcome(outcome: Succeeded | Failed, service: Service): void {
  const details = outcome.details as Details;
  const end: End =
    outcome.kind === 'succeeded'
      ? { kind: 'succeeded', details }
      : { kind: 'failed', reason: outcome.reason, category: 'failed', details };
  const fitted = fitEnd(service, end, asItIs);
  if (outcome.kind === 'succeeded' && fitted.kind === 'failed') {
    throw new UsageError(`--details: ${fitted.reason}; nothing was decided`);
  }
  const dropped = Object.keys(details).find(
    (member) =>
      !Object.hasOwn(fitted.details, member) ||
      (outcome.kind === 'failed' && fitted.details[member] !== details[member]),
  );
  if (dropped !== undefined) {
    throw new UsageError(
      `--details: a ${outcome.kind} ${service.noun} of ${service.name} cannot carry ${JSON.stringify(dropped)} with this value; nothing was decided`,
    );
  }
}

function readDetails(text: string | undefined): Details {
  if (text === undefined) return {};
  let details: unknown;
  try {
    details = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--details is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof details !== 'object' || details === null || Array.isArray(details)) {
    throw new UsageError(`--details must be a JSON object such as {"summary":"done"}, but is ${text}`);
  }
  return details as Details;
}

/** Nothing leaves this process by it: it is only held against limits. */
const asItIs = (text: string) => text as Redacted;
