/** For how long functions ran: the time of a stage that passes at its real rate, so that a busy machine makes it longer. */
export interface BusyTime {
  begin(now: number): void;
  end(now: number): void;
  /** Tells that this process could do nothing for so many real milliseconds, until now. */
  stall(now: number, realMs: number): void;
  /** For how much of the time between two moments any function ran, or this process stood still, in milliseconds. */
  between(from: number, to: number): number;
}

/**
 * Starts to count.
 *
 * @param speed - how many simulated milliseconds a real one is while no function runs
 */
export function countBusyTime(speed: number): BusyTime {
  const spans: { readonly from: number; to: number }[] = [];
  const stalls: { readonly at: number; readonly realMs: number }[] = [];
  let running = 0;
  return {
    begin(now) {
      if (running++ === 0) spans.push({ from: now, to: Number.POSITIVE_INFINITY });
    },
    end(now) {
      const last = spans.at(-1);
      if (--running === 0 && last !== undefined) last.to = now;
    },
    stall(at, realMs) {
      stalls.push({ at, realMs });
    },
    between(from, to) {
      let sum = 0;
      for (const { at, realMs } of stalls) if (at >= from && at <= to) sum += realMs * speed;
      for (let index = spans.length - 1; index >= 0; index--) {
        const span = spans[index];
        if (span === undefined || span.to < from) break;
        sum += Math.max(0, Math.min(span.to, to) - Math.max(span.from, from));
      }
      return sum;
    },
  };
}
