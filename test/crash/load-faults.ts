import type { Fault } from '../../lib/local/faults/index.ts';

/** A job makes three calls, and its work is none of the local cloud's: this much a call is about 2 % a job. */
const A_CALL = 0.0067;
const AN_INVOCATION = 0.02;
/** Of each kind, the share of jobs that it strikes. */
export const LOAD_FAULT_SHARE = 0.02;

/** What goes wrong in the load run: of each kind about two in a hundred jobs. */
export const loadFaults: readonly Fault[] = [
  { kind: 'kill', moment: 'before', probability: A_CALL },
  { kind: 'kill', moment: 'after', probability: A_CALL },
  { kind: 'oom', moment: 'before', probability: A_CALL },
  { kind: 'throttle', probability: A_CALL },
  { kind: 'error', probability: A_CALL },
  { kind: 'reset', probability: A_CALL },
  { kind: 'lost', probability: A_CALL },
  { kind: 'slow', probability: A_CALL, delayMs: 200 },
  { kind: 'duplicate', probability: AN_INVOCATION },
  { kind: 'duplicate', probability: AN_INVOCATION, delayMs: 30_000 },
  { kind: 'late', probability: AN_INVOCATION, delayMs: 20_000 },
  { kind: 'bad-result', probability: AN_INVOCATION },
  { kind: 'init-crash', probability: AN_INVOCATION },
];
