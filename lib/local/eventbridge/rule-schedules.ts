import type { Timer } from '../kernel/clock.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { EventRule } from './event-rule.ts';

/** The armed schedules of rules. */
export interface RuleSchedules {
  /** Arms the schedule of a rule that is enabled and has one; does nothing when it is armed already. */
  arm(rule: EventRule): void;
  disarm(rule: EventRule): void;
  stop(): void;
}

/**
 * Creates the schedules, none armed.
 *
 * A run that is due while the clock has passed further runs already stands for all of them, so that runs never pile up.
 */
export function createRuleSchedules({ clock }: Pick<Kernel, 'clock'>, run: (rule: EventRule) => void): RuleSchedules {
  const timers = new Map<EventRule, Timer>();

  function armNext(rule: EventRule, anchor: number): void {
    const now = clock.now();
    const due = rule.schedule?.next(now, anchor);
    if (due === undefined) return;
    const timer = clock.after(due - now, () => {
      armNext(rule, anchor);
      run(rule);
    });
    timers.set(rule, timer);
  }

  function disarm(rule: EventRule): void {
    timers.get(rule)?.cancel();
    timers.delete(rule);
  }

  return {
    arm(rule) {
      if (rule.enabled && !timers.has(rule)) armNext(rule, clock.now());
    },
    disarm,
    stop() {
      for (const rule of [...timers.keys()]) disarm(rule);
    },
  };
}
