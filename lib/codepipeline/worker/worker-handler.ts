import { AwsCallError } from '../../aws/index.ts';
import { COULD_NOT_POLL, type OnCrash } from '../../constants.ts';
import type { InvocationContext } from '../../core/deadline.ts';
import { InvalidEventError } from '../../core/errors.ts';
import { createHandler, type LambdaHandler } from '../../core/handler.ts';
import type { HandlerOptions } from '../../core/handler-parts.ts';
import type { Runtime } from '../../core/runtime.ts';
import { exitError } from '../../core/secrets/exit-error.ts';
import type { Service, TaskService } from '../../core/service.ts';
import { describeEvent } from '../lambda-event.ts';
import { type HandOver, handOverEvent, readHandOver } from '../polled/hand-over.ts';
import { type WakeUp, wakeUpOf } from '../polled/wake-up.ts';
import { type ActionType, describeActionType } from './action-type.ts';
import { invokeFunction } from './invoke-function.ts';
import type { JobSource, Polling } from './job-source.ts';
import { pollRound } from './poll-round.ts';
import { stoppableService } from './stoppable-service.ts';

/** The options that every worker has. */
export interface WorkerOptions extends HandlerOptions {
  /**
   * How many jobs one wake-up hands over at most. What is left stays with CodePipeline, and each invocation that is
   * done with its job fetches one more. Set it to the function's reserved concurrency, where it has one.
   *
   * @defaultValue 100
   */
  readonly concurrency?: number;
  /**
   * Whether workers that keep another ledger, or none, poll for the same jobs, such as those of another make. Nobody can
   * tell whose a job is when a process dies in the milliseconds between its acknowledgement and the note of it. A worker
   * that is alone with its ledger then takes the job for its own, and it is answered failed. One that shares them leaves
   * it to the last resort's dead-letter queue, whose alarm calls a person.
   *
   * @defaultValue false
   */
  readonly shared?: boolean;
}

/** What a worker is made of. */
export interface WorkerParts<Task> {
  /** Reads hand-overs, and answers them. */
  readonly service: TaskService<Task>;
  readonly logic: (task: Task) => unknown;
  readonly options: WorkerOptions;
  /** Makes the source, with the process's own connection. */
  readonly source: (runtime: Runtime, choice?: JobChoice) => JobSource;
  readonly provide: () => Runtime;
}

/** Which jobs to take, where it is another choice than the handler's own. */
export interface JobChoice {
  readonly actionType?: ActionType;
  readonly queryParam?: Readonly<Record<string, string>>;
}

/** A worker's handler, which also serves as a part of a long-running process. */
export interface WorkerHandler extends LambdaHandler {
  /** Where its jobs come from. @throws InvalidOptionError for a choice that cannot be */
  jobSource(choice?: JobChoice): JobSource;
  /** What it runs in, made once. */
  runtime(): Runtime;
  /** What it answers through, for those who answer in its place. */
  readonly service: Service;
  /** What is to happen to a job whose process died. */
  onCrash(): OnCrash;
  /** Acknowledges no job from now on. Resolves when each job in hand is known to be ours or not. */
  stopAcknowledging(): Promise<void>;
}

const DEFAULT_CONCURRENCY = 100;
/** Kept back at the end of an invocation that polls, in milliseconds. */
const EXIT_MARGIN_MS = 2_000;

/**
 * Makes the handler of a job worker. An event that wakes it makes it poll and hand each job to an invocation of its
 * own; that invocation acknowledges the job, runs the logic and answers.
 */
export function createWorkerHandler<Task>({
  service,
  logic,
  options,
  source,
  provide,
}: WorkerParts<Task>): WorkerHandler {
  const { service: acknowledging, stop } = stoppableService(service);
  const answer = createHandler({ service: acknowledging, logic, options, provide });
  let ownSource: JobSource | undefined;
  const prepare = () => {
    const runtime = provide();
    ownSource ??= source(runtime);
    return { runtime, source: ownSource };
  };

  async function work(handOver: HandOver, event: unknown, context: InvocationContext): Promise<void> {
    await answer(event, context);
    if (handOver.more !== true) return;
    // The job is answered: nothing that goes wrong from here on may bring its delivery back.
    await poll('room', 1, context).catch((error: unknown) =>
      provide().log.warn('the next job was not fetched', { error }),
    );
  }

  async function poll(wakeUp: WakeUp, limit: number, context: InvocationContext): Promise<void> {
    const { runtime, source } = prepare();
    const { connection, time, log } = runtime;
    const until = time.now() + context.getRemainingTimeInMillis() - EXIT_MARGIN_MS;
    const target = context.invokedFunctionArn ?? context.functionName;
    const secrets = runtime.redactor.scope();
    const polling: Polling = { connection, time, log, until, addSecrets: secrets.add };
    const handOver = (job: HandOver) => invokeFunction(target, handOverEvent(job), polling);
    try {
      const handedOver = await pollRound({ source, polling, wakeUp, limit, handOver });
      if (handedOver > 0) log.info('handed over', { jobs: handedOver, wakeUp });
    } finally {
      secrets.end();
    }
  }

  async function wake(wakeUp: WakeUp, context: InvocationContext): Promise<void> {
    const { runtime, source } = prepare();
    try {
      await poll(wakeUp, options.concurrency ?? DEFAULT_CONCURRENCY, context);
    } catch (error) {
      // A poll owes nobody an answer. What may pass is left to the next minute; a missing permission or action type
      // will not pass by itself, and must be seen.
      const passes = error instanceof AwsCallError && error.retryable;
      runtime.log.error(COULD_NOT_POLL, { actionType: describeActionType(source.actionType), error });
      if (!passes) throw exitError(error, runtime.redactor.redact);
    }
  }

  const handler = async (event: unknown, context: InvocationContext) => {
    const handOver = readHandOver(event);
    if (handOver !== undefined) await work(handOver, event, context);
    else {
      const wakeUp = wakeUpOf(event);
      if (wakeUp === undefined) throw new InvalidEventError(expected(event));
      await wake(wakeUp, context);
    }
    return undefined;
  };
  return Object.assign(handler, {
    jobSource: (choice?: JobChoice) => (choice === undefined ? prepare().source : source(provide(), choice)),
    runtime: provide,
    service,
    onCrash: () => options.onCrash ?? provide().onCrash,
    stopAcknowledging: stop,
  });
}

function expected(event: unknown): string {
  return `expected an event of EventBridge that wakes the job worker, or one of its own jobs, but got ${describeEvent(event)}`;
}
