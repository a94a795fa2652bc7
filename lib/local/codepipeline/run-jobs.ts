import type { Timer } from '../kernel/clock.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { ActionResult, ActionRun } from './action-provider.ts';
import { isClosed, type Job, type JobAnswer, type JobProgress, type JobStore } from './jobs.ts';

/** How the jobs of one action type run. All times are simulated milliseconds. */
export interface JobOptions {
  readonly run: ActionRun;
  /** Hands a new job over; a rejection fails the action. */
  readonly dispatch: (job: Job) => Promise<void>;
  /** How long after a continuation the next job is made. */
  readonly continueAfterMs: number;
  /** How long the action may go without any answer; without it only the total counts. */
  readonly silenceMs?: number;
  readonly totalMs: number;
  /** What the action fails with when time is up. */
  readonly timeoutMessage: string;
  /** Turns what an answer reports into what GetPipelineState shows. */
  readonly onProgress: (progress: JobProgress) => void;
}

/** What the jobs of an action live in. */
export interface JobParts {
  readonly kernel: Kernel;
  readonly jobs: JobStore;
}

/** Runs one action as a chain of jobs, each continuing the one before, until an answer or a timeout ends it. */
export function runJobs({ kernel, jobs }: JobParts, options: JobOptions): Promise<ActionResult> {
  const { run } = options;
  return new Promise((resolve, reject) => {
    let current: Job | undefined;
    let silentUntil = Number.POSITIVE_INFINITY;
    let silence: Timer | undefined;
    let next: Timer | undefined;
    const endsAt = kernel.clock.now() + options.totalMs;
    const total = kernel.clock.after(options.totalMs, giveUp);
    run.signal.addEventListener('abort', abandon, { once: true });
    listen();
    create(undefined);

    /** Restarts the time that the action may be silent. */
    function listen(): void {
      silence?.cancel();
      if (options.silenceMs === undefined) return;
      silence = kernel.clock.after(options.silenceMs, giveUp);
      silentUntil = kernel.clock.now() + options.silenceMs;
    }

    function release(): void {
      for (const timer of [total, silence, next]) timer?.cancel();
      run.signal.removeEventListener('abort', abandon);
    }

    function create(continuationToken: string | undefined): void {
      const job = jobs.create({
        run,
        ...(continuationToken === undefined ? {} : { continuationToken }),
        deadline: Math.min(endsAt, silentUntil),
        onAnswer: (answer) => take(job, answer),
      });
      current = job;
      options.dispatch(job).catch((error: unknown) => {
        release();
        withdraw(job, error instanceof Error ? error.message : String(error));
        reject(error);
      });
    }

    function take(job: Job, answer: JobAnswer): void {
      options.onProgress(answer.details);
      tell(
        job,
        answer.kind,
        answer.kind === 'failed' ? `${answer.error.code}: ${answer.error.message}` : (answer.details.summary ?? ''),
      );
      if (answer.kind === 'continued') {
        if (answer.revision !== undefined) run.update({ currentRevision: answer.revision });
        listen();
        next = kernel.clock.after(options.continueAfterMs, () => create(answer.continuationToken));
        return;
      }
      release();
      if (answer.kind === 'failed') {
        resolve({ status: 'Failed', ...answer.error });
        return;
      }
      resolve({
        status: 'Succeeded',
        outputVariables: answer.outputVariables ?? {},
        ...(answer.revision === undefined ? {} : { revision: answer.revision }),
      });
    }

    function giveUp(): void {
      release();
      // Between a continuation and its successor no job is open that could time out.
      if (current !== undefined && !isClosed(current.state)) {
        jobs.close(current, 'TimedOut');
        tell(current, 'timedOut', options.timeoutMessage);
      }
      resolve({ status: 'Failed', code: 'JobFailed', message: options.timeoutMessage });
    }

    function abandon(): void {
      release();
      if (current !== undefined) withdraw(current, 'the execution was stopped');
    }
  });

  function withdraw(job: Job, detail: string): void {
    if (isClosed(job.state)) return;
    jobs.close(job, 'Failed');
    kernel.events.emit('withdrawal', { service: 'codepipeline', callbackId: job.id, detail });
  }

  function tell(job: Job, kind: JobAnswer['kind'] | 'timedOut', detail: string): void {
    const waitedMs = kernel.clock.now() - job.createdAt;
    kernel.events.emit('answer', { service: 'codepipeline', callbackId: job.id, kind, detail, waitedMs });
  }
}
