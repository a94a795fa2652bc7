import { deliveries } from './crash-case.ts';
import type { LogicKind } from './story.ts';

/** What a kind of logic is played in, whatever its name. */
export type LogicPlan = Omit<LogicKind, 'name'>;

/** A kind of logic whose every call is struck, in both choices of what becomes of a crash. */
export const whole = {
  functions: ['Plain', 'Again'],
  deliveries,
  callFaults: true,
  points: 'all',
  lastResort: 'two-points',
} as const satisfies LogicPlan;

/** One whose way through the toolkit differs from another's in its decision alone. */
export const brief = {
  ...whole,
  functions: ['Plain'],
  deliveries: ['alone', 'doubled'],
  callFaults: false,
  lastResort: 'none',
} as const satisfies LogicPlan;

/** One for logic that ends its process, or keeps it until its time is up. */
export const deadly = { ...brief, points: 'none' } as const satisfies LogicPlan;
