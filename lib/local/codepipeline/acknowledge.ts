import type { Principal } from '../kernel/kernel.ts';
import type { JobState } from './jobs.ts';
import type { JobParts } from './run-jobs.ts';

/** Claims a job for a worker; from here on the worker owes an answer. @throws AwsError InvalidNonceException */
export function acknowledge(
  { kernel, jobs }: JobParts,
  { jobId, nonce }: { readonly jobId: string; readonly nonce: string },
  { functionName }: Principal,
): JobState {
  const status = jobs.acknowledge(jobId, nonce);
  if (status === 'InProgress') {
    const { execution, actionExecution } = jobs.get(jobId).run;
    kernel.events.emit('delivery', {
      service: 'codepipeline',
      callbackId: jobId,
      ...(functionName === undefined ? {} : { functionName }),
      detail: [execution.pipeline.name, actionExecution.stageName, actionExecution.action.name].join('/'),
    });
  }
  return status;
}
