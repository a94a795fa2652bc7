import { AwsCallError } from '../../aws/index.ts';
import { COULD_NOT_POLL, type OnCrash } from '../../constants.ts';
import type { Callback } from '../../core/callback.ts';
import type { InvocationContext } from '../../core/deadline.ts';
import { InvalidEventError } from '../../core/errors.ts';
import { createHandler, type HandlerOptions, type LambdaHandler } from '../../core/handler.ts';
import type { Runtime } from '../../core/runtime.ts';
import type { ResultApi, Service } from '../../core/service.ts';
import { describeEvent } from '../lambda-event.ts';
import { acknowledge } from './acknowledge.ts';
import { type ActionType, describeActionType } from './action-type.ts';
import { type ClaimingLedger, createClaimingLedger, NotOurJobError } from './claiming-ledger.ts';
import { type HandOver, handOverEvent, readHandOver } from './hand-over.ts';
import { invokeFunction } from './invoke-function.ts';
import type { JobSource, PollEnvironment } from './job-source.ts';
import { pollRound } from './poll-round.ts';
import { type WakeUp, wakeUpOf } from './wake-up.ts';

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
   * tell whose a job is when a process dies in the milliseconds between its claim and the mark of it. A worker that is
   * alone with its ledger then takes the job for its own, and it is answered failed. One that shares them leaves it to
   * the last resort's dead-letter queue, whose alarm calls a person.
   *
   * @defaultValue false
   */
  readonly shared?: boolean;
}

/** What a worker is made of. */
export interface WorkerParts<Task> {
  /** Reads hand-overs, and answers them. */
  readonly service: Service<Task>;
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
  readonly resultApi: ResultApi;
  /** What is to happen to a job whose process died. */
  onCrash(): OnCrash;
  /** Claims no job from now on. Resolves when each job in hand is known to be claimed or not. */
  stopClaiming(): Promise<void>;
}

const DEFAULT_CONCURRENCY = 100;
/** Kept back at the end of an invocation that polls, in milliseconds. */
const EXIT_MARGIN_MS = 2_000;

/**
 * Makes the handler of a job worker. An event that wakes it makes it poll and hand each job to an invocation of its
 * own; that invocation claims the job, runs the logic and answers.
 */
export function createWorkerHandler<Task>({
  service,
  logic,
  options,
  source,
  provide,
}: WorkerParts<Task>): WorkerHandler {
  let claiming: { readonly runtime: Runtime; readonly ledger: ClaimingLedger; readonly source: JobSource } | undefined;
  // The offers in hand, by job: when its nonce was offered is no part of the callback.
  const offeredAt = new Map<string, number>();
  const prepare = () => {
    if (claiming === undefined) {
      const runtime = provide();
      const ledger = createClaimingLedger(runtime.ledger, (callback, until) => claim(runtime, callback, until));
      claiming = { runtime: { ...runtime, ledger }, ledger, source: source(runtime) };
    }
    return claiming;
  };
  const claim = ({ connect, time }: Runtime, callback: Callback, until: number) =>
    acknowledge(callback, {
      connection: connect(callback.region),
      time,
      until,
      offeredAt: offeredAt.get(callback.id),
    });
  const answer = createHandler(service, logic, options, () => prepare().runtime);

  async function work(handOver: HandOver, event: unknown, context: InvocationContext): Promise<void> {
    const { runtime } = prepare();
    offeredAt.set(handOver.job.id, handOver.offeredAt);
    try {
      await answer(event, context);
    } catch (error) {
      if (!(error instanceof NotOurJobError)) throw error;
      runtime.log.debug(error.message, { id: handOver.job.id });
    } finally {
      offeredAt.delete(handOver.job.id);
    }
    if (handOver.more !== true) return;
    // The job is answered: nothing that goes wrong from here on may bring its delivery back.
    await poll('room', 1, context).catch((error: unknown) =>
      runtime.log.warn('the next job was not fetched', { error }),
    );
  }

  async function poll(wakeUp: WakeUp, limit: number, context: InvocationContext): Promise<void> {
    const { runtime, source } = prepare();
    const { connection, time, log } = runtime;
    const until = time.now() + context.getRemainingTimeInMillis() - EXIT_MARGIN_MS;
    const target = context.invokedFunctionArn ?? context.functionName;
    const secrets = runtime.redactor.scope();
    const environment: PollEnvironment = { connection, time, log, until, addSecrets: secrets.add };
    const handOver = (job: HandOver) => invokeFunction(target, handOverEvent(job), environment);
    try {
      const handedOver = await pollRound({ source, environment, wakeUp, limit, handOver });
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
      if (!passes) throw error;
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
    resultApi: service,
    onCrash: () => options.onCrash ?? provide().onCrash,
    stopClaiming: () => prepare().ledger.stopClaiming(),
  });
}

function expected(event: unknown): string {
  return `expected an event of EventBridge that wakes the job worker, or one of its own jobs, but got ${describeEvent(event)}`;
}
