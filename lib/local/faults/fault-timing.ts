import type { FaultSchedule } from './fault.ts';

/** Counts the occasions of one fault and says which of them it strikes. */
export interface FaultTiming {
  /** Counts one more occasion. */
  strikes(): boolean;
}

/**
 * Creates the count of one fault.
 *
 * @param now - simulated milliseconds
 * @param random - a number in [0, 1)
 */
export function createFaultTiming(
  schedule: FaultSchedule & { readonly kind: string },
  now: () => number,
  random: () => number,
): FaultTiming {
  const { nth = 1, probability, forMs } = schedule;
  const goesOn = probability !== undefined || forMs !== undefined || schedule.kind === 'ledger-down';
  const times = schedule.times ?? (goesOn ? Number.POSITIVE_INFINITY : 1);
  let occasions = 0;
  let struck = 0;
  let until = Number.POSITIVE_INFINITY;
  return {
    strikes() {
      occasions++;
      if (occasions < nth || struck >= times || now() > until) return false;
      if (probability !== undefined && random() >= probability) return false;
      if (struck === 0 && forMs !== undefined) until = now() + forMs;
      struck++;
      return true;
    },
  };
}
