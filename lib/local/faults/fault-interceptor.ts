import type { Interception, Interceptor, WireCall } from '../wire/interceptor.ts';
import type { ArmedFault, FaultTarget } from './armed-fault.ts';
import type { CallFault, Fault, ProcessFault } from './fault.ts';
import { broken, throttled } from './fault-answer.ts';

/** What {@link createFaultInterceptor} needs. */
export interface FaultInterceptorParts {
  readonly armed: () => readonly ArmedFault<ProcessFault | CallFault>[];
  readonly isNamed: (functionName: string | undefined, wanted: string | undefined) => boolean;
  readonly tell: (fault: Fault, where: string) => void;
  readonly target: Pick<FaultTarget, 'kill' | 'exhaustMemory'>;
}

const DEFAULT_SLOW_MS = 2_000;

/** Creates the interceptor that plays the faults of calls and of the processes that make them. */
export function createFaultInterceptor({ armed, isNamed, tell, target }: FaultInterceptorParts): Interceptor {
  /** Environments that a fault has ended. */
  const dead = new Set<string>();

  function strike(call: WireCall, moment: 'before' | 'after'): Interception | undefined {
    const { functionName, environmentId = '' } = call.principal;
    if (functionName === undefined) return undefined;
    // Sent before its process died, and not read until now: the process dies with all that it had under way.
    if (moment === 'before' && dead.has(environmentId)) return { kind: 'reset' };
    for (const { fault, timing } of armed()) {
      if (momentOf(fault) !== moment || !isMeant(fault, call)) continue;
      if (!isNamed(functionName, fault.functionName) || fault.where?.(call) === false) continue;
      if (!timing.strikes()) continue;
      tell(fault, `${functionName} ${moment} ${call.service}:${call.operation}`);
      return play(fault, call);
    }
    return undefined;
  }

  function play(fault: ProcessFault | CallFault, call: WireCall): Interception {
    const { environmentId = '' } = call.principal;
    switch (fault.kind) {
      case 'kill':
        target.kill(environmentId, 'SIGKILL');
        dead.add(environmentId);
        return { kind: 'reset' };
      case 'oom':
        target.exhaustMemory(environmentId);
        dead.add(environmentId);
        return { kind: 'reset' };
      case 'hang':
        // A process that is stopped notices nothing any more; Lambda ends it at its function's timeout.
        target.kill(environmentId, 'SIGSTOP');
        return { kind: 'reset' };
      case 'throttle':
        return { kind: 'error', error: throttled(call.service) };
      case 'error':
      case 'ledger-down':
        return { kind: 'error', error: broken(call.service) };
      case 'slow':
        return { kind: 'delay', ms: fault.delayMs ?? DEFAULT_SLOW_MS };
      case 'reset':
      case 'lost':
        return { kind: 'reset' };
    }
  }

  return { before: (call) => strike(call, 'before'), after: (call) => strike(call, 'after') };
}

function momentOf(fault: ProcessFault | CallFault): 'before' | 'after' {
  if ('moment' in fault) return fault.moment;
  return fault.kind === 'lost' ? 'after' : 'before';
}

function isMeant(fault: ProcessFault | CallFault, { service, operation }: WireCall): boolean {
  if (fault.kind === 'ledger-down') return service === 'dynamodb';
  return isMeantBy(fault.service, service) && isMeantBy(fault.operation, operation);
}

/** Whether a name is meant by a pattern, which may end in `*`. */
export function isMeantBy(pattern: string | undefined, value: string): boolean {
  if (pattern === undefined || pattern === '*') return true;
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}
