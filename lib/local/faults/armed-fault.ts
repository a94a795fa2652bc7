import type { EventStream } from '../kernel/events.ts';
import type { Fault } from './fault.ts';
import type { FaultTiming } from './fault-timing.ts';

/** What faults reach of the cloud that they strike. */
export interface FaultTarget {
  /** Simulated milliseconds. */
  now(): number;
  readonly events: Pick<EventStream, 'emit'>;
  /** The names of the services that clients can call; asked for when a fault is added. */
  services(): readonly string[];
  functions(): readonly { readonly functionName: string; readonly logicalId: string }[];
  kill(environmentId: string, signal: NodeJS.Signals): boolean;
  exhaustMemory(environmentId: string): boolean;
}

/** A fault and its count. */
export interface ArmedFault<Kind extends Fault = Fault> {
  readonly fault: Kind;
  readonly timing: FaultTiming;
}
