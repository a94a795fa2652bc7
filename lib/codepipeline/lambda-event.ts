import { InvalidEventError } from '../core/errors.ts';

/** The event of a Lambda invoke action, as far as it must be right: there is somebody to answer. */
export interface LambdaJobEvent {
  readonly 'CodePipeline.job': { readonly id: string; readonly [member: string]: unknown };
}

/** Tells whether an event is a CodePipeline job that can be answered. */
export function isLambdaJobEvent(event: unknown): event is LambdaJobEvent {
  const job = (event as Partial<Record<string, unknown>> | null | undefined)?.['CodePipeline.job'];
  const id = (job as { id?: unknown } | null | undefined)?.id;
  return typeof id === 'string' && id !== '';
}

/**
 * The job in an event of a Lambda invoke action.
 *
 * @throws InvalidEventError that says what came instead, by member names only: values may be secrets
 */
export function jobOf(event: unknown): LambdaJobEvent['CodePipeline.job'] {
  if (isLambdaJobEvent(event)) return event['CodePipeline.job'];
  throw new InvalidEventError(
    `expected the event of a CodePipeline Lambda action, {"CodePipeline.job": {"id": ...}}, but got ${describeEvent(event)}`,
  );
}

/** Says what an event is without repeating any of its values. */
export function describeEvent(event: unknown): string {
  if (event === null || event === undefined) return String(event);
  if (Array.isArray(event)) return `an array of ${event.length}`;
  if (typeof event !== 'object') return `a ${typeof event}`;
  const members = Object.keys(event);
  if (members.length === 0) return 'an empty object';
  if (members.includes('CodePipeline.job')) return 'a CodePipeline job without an id';
  const shown = members.slice(0, 8).map((member) => JSON.stringify(member.slice(0, 40)));
  return `an object with the members ${shown.join(', ')}${members.length > shown.length ? ', …' : ''}`;
}
