import { AwsError } from '../../kernel/aws-error.ts';
import type { FunctionPort } from '../../kernel/ports.ts';
import type { ActionProvider } from '../action-provider.ts';
import { lambdaEvent } from '../job-data.ts';
import { owedAnswer } from '../owed-answer.ts';
import { type JobParts, runJobs } from '../run-jobs.ts';

/** How long a function may stay silent; each continuation starts it anew (user guide, quotas: 20 minutes). */
export const LAMBDA_SILENCE_MS = 20 * 60_000;

/** How long a Lambda invoke action may take in all (user guide, quotas: 24 hours). */
export const LAMBDA_TOTAL_MS = 24 * 3_600_000;

/** How long after a continuation the function is invoked again (documented for the partners' Lambda model). */
export const LAMBDA_CONTINUE_AFTER_MS = 30_000;

/** The provider `AWS/Invoke/Lambda`: invokes a function asynchronously and waits for the result API to be called. */
export function createLambdaInvoke(parts: JobParts & { readonly functions: FunctionPort }): ActionProvider {
  const { kernel, jobs, functions } = parts;
  return (run) => {
    const functionName = run.configuration.FunctionName ?? '';
    return runJobs(parts, {
      run,
      continueAfterMs: LAMBDA_CONTINUE_AFTER_MS,
      silenceMs: LAMBDA_SILENCE_MS,
      totalMs: LAMBDA_TOTAL_MS,
      timeoutMessage: `The AWS Lambda function ${functionName} failed to return a result. Check the function to verify that it has permission to call the PutJobSuccessResult action and that it made a call to PutJobSuccessResult.`,
      onProgress: (progress) => run.update(progress),
      async dispatch(job) {
        const payload = JSON.stringify(lambdaEvent(kernel, job));
        jobs.begin(job);
        try {
          await functions.invokeEvent(functionName, payload, { principal: run.principal });
        } catch (error) {
          if (error instanceof AwsError && error.code === 'ResourceNotFoundException') {
            throw new AwsError(error.code, `The AWS Lambda function ${functionName} cannot be found: ${error.message}`);
          }
          throw error;
        }
        kernel.events.emit('delivery', { ...owedAnswer(job), functionName });
      },
    });
  };
}
