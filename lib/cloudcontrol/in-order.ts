import { ConfigurationError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { describeValue } from '../core/option-kinds.ts';
import { changedResource, type ResourceRecord, recordOf } from './changed-resource.ts';
import type { ChangedResource, ResourceRequest, Step, Turn } from './resource-request.ts';
import { ResourceRequestError } from './resource-request-error.ts';

/** A request, or what makes one out of what was done before it. */
export type OrderedRequest =
  | ResourceRequest
  | ((before: readonly ChangedResource[]) => ResourceRequest | Promise<ResourceRequest>);

/** What is kept of requests that are over, and of the one that is under way. */
interface OrderState {
  readonly done: readonly ResourceRecord[];
  readonly current?: Json;
}

/**
 * Several requests one after the other, each once the one before it has succeeded. The first that fails ends the whole:
 * what was done before it stays, and the message says so.
 *
 * @throws ConfigurationError when something in the list makes no request
 */
export function inOrder(requests: readonly OrderedRequest[]): ResourceRequest<readonly ChangedResource[]> {
  if (!Array.isArray(requests)) {
    throw new ConfigurationError(`inOrder takes a list of requests, but got ${describeValue(requests)}`);
  }
  const wrong = requests.findIndex(
    (request) => typeof request !== 'function' && typeof request?.advance !== 'function',
  );
  if (wrong >= 0)
    throw new ConfigurationError(`entry ${wrong} of inOrder is not a request, or a function that makes one`);
  /** What the functions of the list made, by the run that they were called in: asking them again would read again. */
  const made = new WeakMap<Turn['client'], Map<number, ResourceRequest>>();
  async function requestAt(index: number, turn: Turn, before: readonly ChangedResource[]): Promise<ResourceRequest> {
    const ofRun = made.get(turn.client) ?? new Map<number, ResourceRequest>();
    made.set(turn.client, ofRun);
    const next = requests[index];
    const request = ofRun.get(index) ?? (typeof next === 'function' ? await next(before) : next);
    if (request === undefined) throw new ConfigurationError(`entry ${index} of inOrder made no request`);
    ofRun.set(index, request);
    return request;
  }
  return {
    title: `${requests.length} requests in order`,
    async advance(turn) {
      const { done, current } = (turn.state ?? { done: [] }) as unknown as OrderState;
      const before = done.map((record) => changedResource(turn, record));
      const index = done.length;
      if (index >= requests.length) return { kind: 'done', result: before };
      try {
        const request = await requestAt(index, turn, before);
        const step = await request.advance({
          ...turn,
          state: current,
          clientToken: (...parts) => turn.clientToken(index, ...parts),
        });
        return after(step, done, { index, count: requests.length });
      } catch (error) {
        throw error instanceof ResourceRequestError ? amended(error, done) : error;
      }
    },
  };
}

function after(
  step: Step<ChangedResource>,
  done: OrderState['done'],
  { index, count }: { readonly index: number; readonly count: number },
): Step<readonly ChangedResource[]> {
  if (step.kind === 'done') {
    const record = recordOf(step.result);
    const summary = `${index + 1} of ${count}: ${record.typeName} ${record.identifier} is done`;
    const progress = { summary, percentComplete: (100 * (index + 1)) / count };
    return { kind: 'waiting', state: stateOf([...done, record]), delayMs: 0, progress, mustBeStored: false };
  }
  const { summary, percentComplete } = step.progress;
  const progress = {
    summary: `${index + 1} of ${count}: ${summary}`,
    percentComplete: (100 * index + percentComplete) / count,
  };
  return { ...step, state: stateOf(done, step.state), progress };
}

function stateOf(done: OrderState['done'], current?: Json): Json {
  return JSON.parse(JSON.stringify({ done, current })) as Json;
}

function amended(error: ResourceRequestError, done: OrderState['done']): ResourceRequestError {
  const changed = done.filter(({ operation }) => operation !== 'NONE');
  if (changed.length === 0) return error;
  const list = changed
    .map(({ operation, typeName, identifier }) => `${operation} ${typeName} ${identifier}`)
    .join(', ');
  return new ResourceRequestError(`${error.message} (done before it, and left so: ${list})`, error);
}
