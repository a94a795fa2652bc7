/** What rang: an action that started, the clock, or a job that was done and leaves room for the next. */
export type WakeUp = 'event' | 'schedule' | 'room';

/** Tells whether an event only wakes the worker, and which kind it is; undefined for every other event. */
export function wakeUpOf(event: unknown): WakeUp | undefined {
  const { source, 'detail-type': detailType } = (event ?? {}) as Partial<Record<string, unknown>>;
  if (typeof source !== 'string' || typeof detailType !== 'string') return undefined;
  return source === 'aws.codepipeline' ? 'event' : 'schedule';
}
