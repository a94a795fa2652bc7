import type { HandlerFaults, HandlerMoment } from '../cloudcontrol/handler-faults.ts';
import type { AcceptedEvent, DeliveryFault } from '../lambda/function-port.ts';
import type { InvocationInfo, LambdaFaults } from '../lambda/lambda-faults.ts';
import type { Interceptor } from '../wire/interceptor.ts';
import type { ArmedFault, FaultTarget } from './armed-fault.ts';
import {
  type CallFault,
  type Fault,
  type HandlerFault,
  type InvocationFault,
  isCallFault,
  isHandlerFault,
  isProcessFault,
  type ProcessFault,
} from './fault.ts';
import { FaultSpecError } from './fault-error.ts';
import { createFaultInterceptor, isMeantBy } from './fault-interceptor.ts';
import { createFaultTiming } from './fault-timing.ts';
import { parseFault } from './parse-fault.ts';
import { createSeededRandom } from './seeded-random.ts';

/** The faults of one local cloud. */
export interface FaultInjection {
  /** Adds a fault, as an object or as `--fault` writes it; call the result to take it back. @throws FaultSpecError */
  add(fault: Fault | string): () => void;
  /** For the wire. */
  readonly interceptor: Interceptor;
  /** For Cloud Control. */
  readonly handlers: HandlerFaults;
  /** For Lambda. */
  readonly lambda: LambdaFaults & { onInvocation(info: AcceptedEvent): DeliveryFault | undefined };
}

/** What stands in for a function's result when it is to be no JSON. */
export const BAD_RESULT = '<an injected fault: this is no JSON>';

const DEFAULT_HANDLER_DELAY_MS = 300_000;

function isHandlerMeant({ typeName, operation, moment = 'before' }: HandlerFault, at: HandlerMoment): boolean {
  const isMeant = (wanted: string | undefined, value: string) =>
    wanted === undefined || wanted === '*' || wanted === value;
  return moment === at.moment && isMeant(typeName, at.typeName) && isMeant(operation, at.operation);
}

/**
 * Creates the faults of a cloud, of which there are none yet.
 *
 * @param seed - decides every chance
 */
export function createFaultInjection(target: FaultTarget, seed: number): FaultInjection {
  const random = createSeededRandom(seed);
  const armed = new Set<ArmedFault>();

  /** A fault of a service that is not there would never strike. @throws FaultSpecError */
  function checkService(fault: Fault): void {
    if (!(isProcessFault(fault) || isCallFault(fault)) || !('service' in fault)) return;
    const services = target.services();
    if (services.some((name) => isMeantBy(fault.service, name))) return;
    const known = [...services].sort().join(', ');
    const message = `the fault ${fault.kind} would never strike: there is no service "${fault.service}" here; there are ${known}`;
    throw new FaultSpecError(message);
  }

  /** Whether a function goes by a name: its own, or the beginning of its logical id. */
  function isNamed(functionName: string | undefined, wanted: string | undefined): boolean {
    if (wanted === undefined || wanted === functionName) return true;
    const found = target.functions().find((fn) => fn.functionName === functionName);
    return found?.logicalId.startsWith(wanted) ?? false;
  }

  function tell(fault: Fault, where: string): void {
    target.events.emit('notice', { message: `injected fault ${fault.kind} struck ${where}` });
  }

  function strikeInvocation(kinds: readonly InvocationFault['kind'][], info: InvocationInfo) {
    for (const { fault, timing } of armed) {
      if (isProcessFault(fault) || isCallFault(fault) || isHandlerFault(fault) || !kinds.includes(fault.kind)) continue;
      if (!isNamed(info.functionName, fault.functionName) || fault.where?.(info.event) === false) continue;
      if (!timing.strikes()) continue;
      tell(fault, `${info.functionName} ${info.requestId ?? ''}`.trim());
      return fault;
    }
    return undefined;
  }

  return {
    add(given) {
      const fault = typeof given === 'string' ? parseFault(given) : given;
      checkService(fault);
      const entry = { fault, timing: createFaultTiming(fault, target.now, random) };
      armed.add(entry);
      return () => armed.delete(entry);
    },
    interceptor: createFaultInterceptor({
      armed: () =>
        [...armed].filter(
          (entry): entry is ArmedFault<ProcessFault | CallFault> =>
            isProcessFault(entry.fault) || isCallFault(entry.fault),
        ),
      isNamed,
      tell,
      target,
    }),
    handlers: {
      strike: (at) => {
        for (const { fault, timing } of armed) {
          if (!isHandlerFault(fault) || !isHandlerMeant(fault, at) || !timing.strikes()) continue;
          tell(fault, `${at.typeName} ${at.moment} ${at.operation}`);
          return fault.kind === 'handler-slow'
            ? { delayMs: fault.delayMs ?? DEFAULT_HANDLER_DELAY_MS }
            : { errorCode: fault.errorCode ?? 'GeneralServiceException' };
        }
        return undefined;
      },
    },
    lambda: {
      onInvocation(info) {
        const fault = strikeInvocation(['duplicate', 'late'], info);
        if (fault === undefined) return undefined;
        const delayMs = fault.delayMs ?? (fault.kind === 'late' ? 90_000 : 0);
        return { duplicate: fault.kind === 'duplicate', delayMs };
      },
      onEnvironment: (info) => (strikeInvocation(['init-crash'], info) === undefined ? undefined : 'crash'),
      onResult: (info) => (strikeInvocation(['bad-result'], info) === undefined ? undefined : BAD_RESULT),
    },
  };
}
