/** What rang: an action that started, the clock, or a job that was done and leaves room for the next. */
export type WakeUp = 'event' | 'schedule' | 'room';

/** Tells whether an event only wakes the worker, and which kind it is; undefined for every other event. */
export function wakeUpOf(event: unknown): WakeUp | undefined {
  const { source, 'detail-type': detailType } = (event ?? {}) as Partial<Record<string, unknown>>;
  if (typeof source !== 'string' || typeof detailType !== 'string') return undefined;
  return source === 'aws.codepipeline' ? 'event' : 'schedule';
}

/**
 * Tells whether an event is what the rules of a worker send: an action that started, or their schedule. Narrower than
 * {@link wakeUpOf}, since only what wakes a worker for certain may be dropped unread.
 */
export function isWakeUpRule(event: unknown): boolean {
  const { source, 'detail-type': detailType, detail } = (event ?? {}) as Partial<Record<string, unknown>>;
  if (source === 'aws.events') return detailType === 'Scheduled Event';
  const { state } = (detail ?? {}) as Partial<Record<string, unknown>>;
  return (
    source === 'aws.codepipeline' && detailType === 'CodePipeline Action Execution State Change' && state === 'STARTED'
  );
}
