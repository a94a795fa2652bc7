import { AwsError } from '../kernel/aws-error.ts';
import type { EventStream } from '../kernel/events.ts';

/** The error to answer with: an AwsError itself; for anything else `InternalFailure`, told to watchers as a notice. */
export function toAwsError(failure: unknown, call: string, events: EventStream): AwsError {
  if (failure instanceof AwsError) return failure;
  const reason = failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);
  events.emit('notice', { message: `${call} failed inside the local cloud: ${reason}` });
  return new AwsError('InternalFailure', 'the local cloud failed to process the request; its notices tell why', {
    status: 500,
  });
}
