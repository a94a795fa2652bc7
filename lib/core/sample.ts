import { type Succeeded, succeed } from './outcome.ts';
import type { Origin, Parsed, TaskService } from './service.ts';

/** A delivery that nobody sent, for a handler to rehearse. */
export interface Sample {
  /** The handler's service, without what the user gave: no schema is asked. */
  readonly service: TaskService<unknown>;
  readonly event: unknown;
  readonly outcome: Succeeded;
}

/** A sample for a service whose events have too many kinds for one to stand for all: its task is not made. */
export function withoutTask(service: TaskService<unknown>): Sample {
  const parse = (_event: unknown, { region }: Origin): Parsed<unknown> => ({
    id: 'rehearsal',
    ticket: { region, data: { rehearsal: 'yes' } },
    secrets: ['what a service would hand over'],
    createTask: () => undefined,
  });
  return { service: { ...service, parse }, event: {}, outcome: succeed() };
}
