/** Faults of the local cloud: what goes wrong on purpose. */
export type {
  CallFault,
  CallMatch,
  Fault,
  FaultSchedule,
  HandlerFault,
  InvocationFault,
  ProcessFault,
} from './fault.ts';
export { FaultSpecError } from './fault-error.ts';
export type { FaultInjection } from './fault-injection.ts';
export { FAULT_FORMS, parseFault } from './parse-fault.ts';
