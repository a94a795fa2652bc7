import type { OwedAnswer } from '../kernel/events.ts';
import type { Job } from './jobs.ts';
import type { JobParts } from './run-jobs.ts';

/** What watchers are told of a job: the action execution waits for it, and goes by its place in the pipeline. */
export function owedAnswer({ id, run: { execution, actionExecution }, deadline }: Job): OwedAnswer {
  return {
    service: 'codepipeline',
    callbackId: id,
    waiterId: actionExecution.actionExecutionId,
    detail: [execution.pipeline.name, actionExecution.stageName, actionExecution.action.name].join('/'),
    deadline,
  };
}

/** Puts a job where workers find it, and tells watchers that it waits there. */
export function offer({ kernel, jobs }: JobParts, job: Job): void {
  jobs.queue(job);
  kernel.events.emit('offer', owedAnswer(job));
}
