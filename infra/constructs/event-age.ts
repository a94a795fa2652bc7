import {
  EVENT_AGE_LIMITS_SECONDS,
  LAST_RESORT_MAX_RECEIVES,
  LAST_RESORT_RESERVE_SECONDS,
  LAST_RESORT_VISIBILITY_SECONDS,
  PATIENT_EVENT_AGE_SECONDS,
  RETRY_PAUSES_SECONDS,
} from '../../lib/lifetimes.ts';

/** What decides how long an event may wait for its function. */
export interface EventAgeTerms {
  /** The function's timeout, in seconds. */
  readonly functionSeconds: number;
  readonly retryAttempts: number;
  /** How long the service waits for a word, in seconds; undefined where that is a day or more. */
  readonly waitsSeconds: number | undefined;
}

/**
 * How long an event may wait, in seconds: a run that begins at the last moment can still use the function's whole time,
 * and the last resort answer after it. Never less than Lambda takes.
 */
export function defaultEventAge(terms: EventAgeTerms): number {
  const { functionSeconds, waitsSeconds } = terms;
  if (waitsSeconds === undefined) return PATIENT_EVENT_AGE_SECONDS;
  const { least } = EVENT_AGE_LIMITS_SECONDS;
  const age = Math.max(least, waitsSeconds - functionSeconds - LAST_RESORT_RESERVE_SECONDS);
  // Without a retry there is nobody who could meet the lease of one that died.
  return leaseProblem(age, terms) === undefined ? age : least;
}

/** Says why an event must not wait so long, or so short; undefined where all is well. */
export function eventAgeProblem(ageSeconds: number, terms: EventAgeTerms): string | undefined {
  const { waitsSeconds } = terms;
  const { least } = EVENT_AGE_LIMITS_SECONDS;
  const most = Math.max(least, (waitsSeconds ?? Number.POSITIVE_INFINITY) - LAST_RESORT_RESERVE_SECONDS);
  if (ageSeconds > most) {
    return `a maxEventAge of ${ageSeconds} s is too long: ${waitsSeconds} s after the event nobody waits any more, and the last resort needs ${LAST_RESORT_RESERVE_SECONDS} s of them; give it at most ${most} s`;
  }
  return leaseProblem(ageSeconds, terms);
}

/**
 * A process that dies at once leaves its lease behind, for as long as it could have lived. A retry meets it and fails;
 * the last resort, told by the retry, has to wait for its end, and must not run out of tries before.
 */
function leaseProblem(ageSeconds: number, { functionSeconds, retryAttempts }: EventAgeTerms): string | undefined {
  if (retryAttempts === 0 || ageSeconds <= RETRY_PAUSES_SECONDS[0]) return undefined;
  const lastRetry = RETRY_PAUSES_SECONDS.slice(0, retryAttempts).reduce((sum, pause) => sum + pause, 0);
  const givenUpAfter = Math.min(ageSeconds, lastRetry);
  const lastTryAfter = givenUpAfter + (LAST_RESORT_MAX_RECEIVES - 1) * LAST_RESORT_VISIBILITY_SECONDS;
  if (functionSeconds <= lastTryAfter) return undefined;
  return `a process that dies at once keeps its lease for ${functionSeconds} s, but Lambda gives up after ${givenUpAfter} s and the last resort after ${lastTryAfter} s: give it retryAttempts of 2 and a maxEventAge of ${RETRY_PAUSES_SECONDS[0] + RETRY_PAUSES_SECONDS[1]} s or more, or retryAttempts of 0, or a timeout of at most ${lastTryAfter} s`;
}
