import { randomUUID } from 'node:crypto';
import { systemTime } from '../aws/index.ts';
import { operationEvent } from './operation-event.ts';
import type { RecordedCall } from './recorded-calls.ts';

type Loose = Readonly<Record<string, unknown>>;

/** What asks for a next run: the recorded call of a handler, or what an action executor or a hook returned. */
export type ContinuingAnswer =
  | RecordedCall
  | { readonly result: string; readonly continuation: string | null }
  | { readonly hookStatus: string; readonly callbackContext?: unknown };

/**
 * The event of the next run, made out of the answer by which the run before asked for it: what `continueAfter` and `defer`
 * leave. A job is a new one with the continuation token, as CodePipeline makes it; a step or an operation comes by the
 * continuation queue. A hook is asked the same again, with the context that it gave.
 *
 * ```ts
 * await handler(event, lambdaContext());
 * service.advance({ seconds: 30 });
 * await handler(continueFrom(service.calls.at(-1), event), lambdaContext());
 * ```
 *
 * @param event - what the run before was given
 * @throws TypeError when the answer asks for no next run, or is of another kind of event
 */
export function continueFrom(answer: ContinuingAnswer | undefined, event: unknown): Loose {
  const { operation, input } = (answer ?? {}) as Partial<RecordedCall>;
  if (operation === 'SendMessage') return { ...operationEvent(String(input.MessageBody)) };
  const { hookStatus, callbackContext } = object(answer);
  if (hookStatus === 'IN_PROGRESS' && callbackContext !== undefined) return nextRound(event, callbackContext);
  const token: unknown = (answer as { continuation?: unknown } | undefined)?.continuation ?? input?.continuationToken;
  if (typeof token !== 'string' || token === '') {
    throw new TypeError(`the answer ${operation ?? JSON.stringify(answer) ?? 'that is absent'} asks for no next run`);
  }
  const { 'CodePipeline.job': job, 'ringback.job': handOver, jobId, data } = object(event);
  if (job !== undefined) return { 'CodePipeline.job': nextJob(object(job), token) };
  if (handOver !== undefined) {
    const next = { ...nextJob(object(object(handOver).job), token), nonce: randomUUID() };
    return { 'ringback.job': { ...object(handOver), offeredAt: systemTime.now(), job: next } };
  }
  if (jobId !== undefined) {
    return { ...object(event), jobId: randomUUID(), data: { ...object(data), continuationToken: token } };
  }
  throw new TypeError('continueFrom takes the event of a job, as the factories of ringback/testing make it');
}

/** CloudFormation counts how often it asked a hook. */
function nextRound(event: unknown, callbackContext: unknown): Loose {
  const { requestContext, ...asked } = object(event);
  if (requestContext === undefined) {
    throw new TypeError('continueFrom takes the event of a hook, as the factories of ringback/testing make it');
  }
  const { invocation, ...context } = object(requestContext);
  return { ...asked, requestContext: { ...context, invocation: Number(invocation) + 1, callbackContext } };
}

/** CodePipeline gives each continuation a job of its own. */
function nextJob(job: Loose, continuationToken: string): Loose {
  return { ...job, id: randomUUID(), data: { ...object(job.data), continuationToken } };
}

function object(value: unknown): Loose {
  return typeof value === 'object' && value !== null ? (value as Loose) : {};
}
