import type { CredentialProvider } from '../aws/index.ts';
import type { Callback } from '../core/callback.ts';
import { checkOptions } from '../core/check-options.ts';
import { checkTask } from '../core/check-task.ts';
import type { Json } from '../core/json.ts';
import { isFunction, isSignal, isText } from '../core/option-kinds.ts';
import { type Continued, continueAfter, type Succeeded, succeed } from '../core/outcome.ts';
import type { Log } from '../core/secrets/log.ts';
import { checkRequest } from './check-request.ts';
import { clientTokensOf } from './client-token.ts';
import { createCloudControlClient } from './cloudcontrol-client.ts';
import { type CloudControlRuntime, environmentRuntime } from './cloudcontrol-runtime.ts';
import { tellerOf } from './follow-details.ts';
import { pause } from './pause.ts';
import type { ChangedResource, ResourceRequest, Step, Turn } from './resource-request.ts';

/** What `follow` needs of a job, step or operation; all of them have it. */
export interface FollowedTask {
  readonly callback: Callback;
  readonly state: unknown;
  readonly log: Log;
  readonly signal: AbortSignal;
  remainingMs(): number;
}

/** Options of {@link follow}. */
export interface FollowOptions<Result, Answer> {
  /**
   * Makes the answer of the task out of what became of the request.
   *
   * @defaultValue the task succeeds with the identifier, the operation and the names of the properties that changed, as far
   * as its service takes them: variables of a pipeline, outputs of a product
   */
  readonly outcome?: (result: Result) => Answer | Promise<Answer>;
  /** Cancels the request when it aborts. Not the task's own signal, whose end is no end of the work. */
  readonly signal?: AbortSignal;
  /** Whose request it is, such as `() => operation.launchRoleCredentials()`. @defaultValue the function's own role */
  readonly credentials?: CredentialProvider;
  /** @defaultValue the Region in which the task waits */
  readonly region?: string;
}

const OPTIONS = { outcome: isFunction, signal: isSignal, credentials: isFunction, region: isText };

/** What a request may come to. */
type Changed = ChangedResource | readonly ChangedResource[];

/**
 * Carries a request out as the work of a task: asks for it, looks until it has ended while the invocation has time, and
 * otherwise goes on in a later run, for up to 37 hours. Return what it returns; when the logic is run again, it has to come
 * here with the same request again.
 *
 * The request's token is in the ledger before anybody asks how far it is, and what is asked for a second time, after a
 * death or a repeated delivery, is the first request: nothing is created twice. That makes it safe to run the logic once
 * more, which is `onCrash: 'retry'`.
 *
 * @throws ResourceRequestError when it failed, to be answered by its category; ConfigurationError, InvalidOptionError for what
 * is no request, task or option
 */
export function follow<Result extends Changed, Answer = never>(
  task: FollowedTask,
  request: ResourceRequest<Result>,
  options: FollowOptions<Result, Answer> = {},
): Promise<Answer | Succeeded | Continued> {
  return followWith(environmentRuntime(), task, request, options);
}

/** {@link follow} with its dependencies passed in. */
export async function followWith<Result extends Changed, Answer = never>(
  runtime: CloudControlRuntime,
  task: FollowedTask,
  request: ResourceRequest<Result>,
  options: FollowOptions<Result, Answer> = {},
): Promise<Answer | Succeeded | Continued> {
  checkTask('follow', task, 'a request');
  checkRequest('follow', request);
  checkOptions('follow', options, OPTIONS);
  const { service, id, region } = task.callback;
  const { time, rate, schemas } = runtime;
  const connection = runtime.connect(options.region ?? region, options.credentials);
  const turn: Omit<Turn, 'state' | 'isAborted'> = {
    client: createCloudControlClient({ connection, time, rate, remainingMs: () => task.remainingMs() }),
    schemas,
    time,
    clientToken: clientTokensOf(service, id, region),
  };
  const teller = tellerOf(service);
  for (let state = leftState(task.state); ; ) {
    const step = await request.advance({ ...turn, state, isAborted: options.signal?.aborted ?? false });
    if (step.kind === 'done') {
      const resources = [step.result].flat() as readonly ChangedResource[];
      for (const { typeName, identifier, operation, warnings } of resources) {
        task.log.info('the request has ended', { typeName, identifier, operation, warnings });
      }
      return options.outcome === undefined ? succeed(teller.success(resources)) : options.outcome(step.result);
    }
    task.log.info(step.progress.summary, { percentComplete: step.progress.percentComplete });
    if (step.mustBeStored || !hasTimeFor(step, task)) {
      const delay = { seconds: step.delayMs / 1_000 };
      return continueAfter(delay, { [STATE]: step.state }, teller.progress(step.progress));
    }
    await pause(step.delayMs, time, anyOf(task.signal, options.signal));
    state = step.state;
  }
}

/** Where the state of a follow stands within that of the task. */
const STATE = 'ringback.follow';
/** A step makes a few calls; none is begun that could not end, in milliseconds. */
const STEP_MS = 5_000;

function leftState(state: unknown): Json | undefined {
  return ((state ?? {}) as { readonly [STATE]?: Json })[STATE];
}

function hasTimeFor({ delayMs }: Extract<Step<unknown>, { kind: 'waiting' }>, task: FollowedTask): boolean {
  return !task.signal.aborted && task.remainingMs() > delayMs + STEP_MS;
}

function anyOf(one: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other === undefined ? one : AbortSignal.any([one, other]);
}
