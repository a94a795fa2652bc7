import {
  EVENT_AGE_LIMITS_SECONDS,
  LAST_RESORT_RESERVE_SECONDS,
  PATIENT_EVENT_AGE_SECONDS,
} from '../../lib/lifetimes.ts';

/** What decides how long an event may wait for its function. */
export interface EventAgeTerms {
  /** The function's timeout, in seconds. */
  readonly functionSeconds: number;
  /** How long the service waits for a word, in seconds; undefined where that is a day or more. */
  readonly waitsSeconds: number | undefined;
}

/**
 * How long an event may wait, in seconds: a run that begins at the last moment can still use the function's whole time,
 * and the last resort answer after it. Never less than Lambda takes, nor more.
 */
export function defaultEventAge(terms: EventAgeTerms): number {
  const { functionSeconds, waitsSeconds } = terms;
  if (waitsSeconds === undefined) return PATIENT_EVENT_AGE_SECONDS;
  return withinLimits(waitsSeconds - functionSeconds - LAST_RESORT_RESERVE_SECONDS);
}

/** Says why an event must not wait so long; undefined where all is well. */
export function eventAgeProblem(ageSeconds: number, terms: EventAgeTerms): string | undefined {
  const { waitsSeconds } = terms;
  const { least, most: longest } = EVENT_AGE_LIMITS_SECONDS;
  const most = withinLimits((waitsSeconds ?? Number.POSITIVE_INFINITY) - LAST_RESORT_RESERVE_SECONDS);
  if (ageSeconds >= least && ageSeconds <= most) return undefined;
  if (ageSeconds < least || most === longest) {
    return `a maxEventAge of ${ageSeconds} s cannot be set: Lambda takes ${least} to ${longest} s`;
  }
  return `a maxEventAge of ${ageSeconds} s is too long: ${waitsSeconds} s after the event nobody waits any more, and the last resort needs ${LAST_RESORT_RESERVE_SECONDS} s of them; give it at most ${most} s`;
}

function withinLimits(seconds: number): number {
  const { least, most } = EVENT_AGE_LIMITS_SECONDS;
  return Math.min(most, Math.max(least, seconds));
}
