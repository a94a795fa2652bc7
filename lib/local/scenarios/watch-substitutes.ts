import type { EventStream } from '../kernel/events.ts';

/** The codes by which services refuse an operation that they do not have here. */
const NOT_SIMULATED = ['NotImplementedException', 'NotImplemented', 'UnknownOperationException'];

/** What stood for AWS where the local cloud does not simulate it. */
export interface Substitutes {
  /** Actions and rules that a stub stood for, in order, each once. */
  stubbed(): readonly string[];
  /** What was neither simulated nor stubbed: operations that somebody called, actions and rules that ran. */
  unsimulated(): readonly string[];
  stop(): void;
}

/** Watches for stubs, and for what is not simulated. */
export function watchSubstitutes(events: EventStream): Substitutes {
  const stubbed = new Set<string>();
  const unsimulated = new Set<string>();
  const stops = [
    events.on('stub', ({ pipeline, stage, action, type, outcome }) =>
      stubbed.add(`${pipeline}/${stage}/${action} (${type}): ${outcome}`),
    ),
    events.on('unsimulated', ({ kind, name, where }) =>
      unsimulated.add(`${kind} ${name}${where === undefined ? '' : ` (${where})`}`),
    ),
    events.on('call', ({ service, operation, status, error = '' }) => {
      if (status === 501 || NOT_SIMULATED.includes(error)) unsimulated.add(`operation ${service} ${operation}`);
    }),
  ];
  return {
    stubbed: () => [...stubbed],
    unsimulated: () => [...unsimulated],
    stop: () => stops.forEach((stop) => void stop()),
  };
}
