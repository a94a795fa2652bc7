import type { ActionProvider } from '../action-provider.ts';
import type { ActionTypeRegistry } from '../action-types.ts';
import { offer } from '../owed-answer.ts';
import { type JobParts, runJobs } from '../run-jobs.ts';
import { fillUrl } from '../url-template.ts';

/** How long a custom action may take in all (user guide, quotas: 24 hours). */
export const CUSTOM_TOTAL_MS = 24 * 3_600_000;

/** The provider of every custom action type: queues jobs until a worker polls for them. */
export function createCustomAction(parts: JobParts & { readonly actionTypes: ActionTypeRegistry }): ActionProvider {
  return (run) => {
    const { action } = run.actionExecution;
    const template = parts.actionTypes.find(action.actionTypeId)?.settings?.executionUrlTemplate;
    return runJobs(parts, {
      run,
      // A continuation is not pushed to anybody: the next job is there for whoever polls next.
      continueAfterMs: 0,
      totalMs: CUSTOM_TOTAL_MS,
      timeoutMessage: `The job worker of action ${action.name} (provider ${action.actionTypeId.provider}) failed to return a result within 24 hours. Check that a job worker polls for this action type and calls PutJobSuccessResult or PutJobFailureResult.`,
      onProgress(progress) {
        const id = progress.externalExecutionId;
        const url = id === undefined || template === undefined ? undefined : fillUrl(template, run.configuration, id);
        run.update({ ...progress, ...(url === undefined ? {} : { externalExecutionUrl: url }) });
      },
      async dispatch(job) {
        offer(parts, job);
      },
    });
  };
}
