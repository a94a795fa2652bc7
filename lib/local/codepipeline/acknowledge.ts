import type { Principal } from '../kernel/kernel.ts';
import type { JobState } from './jobs.ts';
import { owedAnswer } from './owed-answer.ts';
import type { JobParts } from './run-jobs.ts';

/** Claims a job for a worker; from here on the worker owes an answer. @throws AwsError InvalidNonceException */
export function acknowledge(
  { kernel, jobs }: JobParts,
  { jobId, nonce }: { readonly jobId: string; readonly nonce: string },
  { functionName }: Principal,
): JobState {
  const status = jobs.acknowledge(jobId, nonce);
  if (status === 'InProgress') {
    const owed = owedAnswer(jobs.get(jobId));
    kernel.events.emit('delivery', functionName === undefined ? owed : { ...owed, functionName });
  }
  return status;
}
