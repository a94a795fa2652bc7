import { AwsError } from '../kernel/aws-error.ts';
import type { Clock, Timer } from '../kernel/clock.ts';
import type { ActionRun } from './action-provider.ts';
import type { ErrorDetails, Revision } from './execution.ts';
import type { ActionTypeId } from './pipeline.ts';

/** The states of a job, as AcknowledgeJob names them. */
export type JobState = 'Created' | 'Queued' | 'Dispatched' | 'InProgress' | 'TimedOut' | 'Succeeded' | 'Failed';

/** How long a polled job waits for AcknowledgeJob before it is handed out again, in simulated milliseconds. */
export const ACKNOWLEDGE_WINDOW_MS = 60_000;

/** What a worker or function has reported for a job. */
export type JobAnswer =
  | {
      readonly kind: 'succeeded' | 'continued';
      readonly continuationToken?: string;
      readonly outputVariables?: Readonly<Record<string, string>>;
      readonly details: JobProgress;
      readonly revision?: Revision;
    }
  | { readonly kind: 'failed'; readonly error: ErrorDetails; readonly details: JobProgress };

/** The progress that a report carries. */
export interface JobProgress {
  readonly summary?: string;
  readonly externalExecutionId?: string;
  readonly percentComplete?: number;
}

/** One piece of work that somebody owes an answer for. A continuation is a new job. */
export interface Job {
  readonly id: string;
  readonly run: ActionRun;
  readonly actionTypeId: ActionTypeId;
  readonly continuationToken?: string;
  /** Simulated milliseconds. */
  readonly createdAt: number;
  /** When the action gives up unless it hears something, in simulated milliseconds. */
  readonly deadline: number;
  readonly state: JobState;
  /** Changes with every hand-out; absent before the first. */
  readonly nonce?: string;
}

/** What a new job is made of. */
export interface NewJob {
  readonly run: ActionRun;
  readonly continuationToken?: string;
  readonly deadline: number;
  /** Told of the one answer that counts. */
  readonly onAnswer: (answer: JobAnswer) => void;
}

/** The jobs of one local cloud, and the queues of those that workers poll for. */
export interface JobStore {
  create(job: NewJob): Job;
  /** @throws AwsError JobNotFoundException */
  get(id: string): Job;
  /** Puts a new job where PollForJobs finds it. */
  queue(job: Job): void;
  /** Hands a new job straight to its function, which need not acknowledge it. */
  begin(job: Job): void;
  /** Hands out up to `max` queued jobs that `matches` accepts, oldest first, each with a new nonce. */
  poll(max: number, matches: (job: Job) => boolean): readonly Job[];
  /** Claims a handed-out job; gives the state of one that is closed. @throws AwsError JobNotFoundException, InvalidNonceException */
  acknowledge(id: string, nonce: string): JobState;
  /** Takes the answer for a job in progress. @throws AwsError JobNotFoundException, InvalidJobStateException */
  answer(id: string, answer: JobAnswer): void;
  /** Ends a job that nobody may answer any more; does nothing to a closed one. */
  close(job: Job, state: 'TimedOut' | 'Failed'): void;
}

interface Entry extends Job {
  state: JobState;
  nonce?: string;
  redispatch?: Timer;
  readonly onAnswer: (answer: JobAnswer) => void;
}

/** Creates an empty store. */
export function createJobStore(parts: { readonly clock: Clock; uuid(): string }): JobStore {
  const jobs = new Map<string, Entry>();
  const queued = new Set<Entry>();
  let dispatches = 0;

  function find(id: string): Entry {
    const job = jobs.get(id);
    if (job === undefined) throw new AwsError('JobNotFoundException', `there is no job with the id ${id}`);
    return job;
  }

  function move(entry: Entry, state: JobState): void {
    entry.redispatch?.cancel();
    entry.state = state;
    if (state === 'Queued') queued.add(entry);
    else queued.delete(entry);
  }

  return {
    get: find,
    create({ run, continuationToken, deadline, onAnswer }) {
      const entry: Entry = {
        id: parts.uuid(),
        run,
        actionTypeId: run.actionExecution.action.actionTypeId,
        ...(continuationToken === undefined ? {} : { continuationToken }),
        createdAt: parts.clock.now(),
        deadline,
        state: 'Created',
        onAnswer,
      };
      jobs.set(entry.id, entry);
      return entry;
    },
    queue: (job) => move(find(job.id), 'Queued'),
    begin: (job) => move(find(job.id), 'InProgress'),
    poll(max, matches) {
      const taken = [...queued].filter(matches).slice(0, max);
      for (const entry of taken) {
        move(entry, 'Dispatched');
        entry.nonce = String(++dispatches);
        entry.redispatch = parts.clock.after(ACKNOWLEDGE_WINDOW_MS, () => {
          if (entry.state === 'Dispatched') move(entry, 'Queued');
        });
      }
      return taken;
    },
    acknowledge(id, nonce) {
      const entry = find(id);
      if (isClosed(entry.state)) return entry.state;
      if (entry.state !== 'Dispatched' || entry.nonce !== nonce) {
        throw new AwsError(
          'InvalidNonceException',
          `the nonce is not that of the latest hand-out of job ${id}, or the job is claimed already: leave the job to its claimant`,
        );
      }
      move(entry, 'InProgress');
      return entry.state;
    },
    answer(id, answer) {
      const entry = find(id);
      if (entry.state !== 'InProgress') {
        throw new AwsError(
          'InvalidJobStateException',
          `job ${id} is in the state ${entry.state}: a result is taken only while a job is InProgress`,
        );
      }
      move(entry, answer.kind === 'failed' ? 'Failed' : 'Succeeded');
      entry.onAnswer(answer);
    },
    close(job, state) {
      const entry = find(job.id);
      if (!isClosed(entry.state)) move(entry, state);
    },
  };
}

/** Whether nobody owes an answer for the job any more. */
export function isClosed(state: JobState): boolean {
  return state === 'TimedOut' || state === 'Succeeded' || state === 'Failed';
}
