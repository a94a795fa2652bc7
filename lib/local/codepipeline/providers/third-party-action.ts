import { AwsError } from '../../kernel/aws-error.ts';
import type { FunctionPort } from '../../kernel/ports.ts';
import type { ActionProvider, ActionRun } from '../action-provider.ts';
import { executorEvent } from '../job-data.ts';
import type { Job, JobProgress } from '../jobs.ts';
import { offer, owedAnswer } from '../owed-answer.ts';
import { type JobOptions, type JobParts, runJobs } from '../run-jobs.ts';
import type { ActionTypeDeclaration, ThirdPartyTypes } from '../third-party-types.ts';
import { fillUrl } from '../url-template.ts';
import { executorAnswer } from './executor-answer.ts';

/** How long a third-party action may take in all; AWS documents it for custom actions only (24 hours). */
export const THIRD_PARTY_TOTAL_MS = 24 * 3_600_000;

/** How long after `continue` a partner's function is invoked again (user guide, integration model: 30 seconds). */
export const EXECUTOR_CONTINUE_AFTER_MS = 30_000;

/** How long one job of a partner's function may take unless its type says otherwise: as long as a function can run. */
const EXECUTOR_JOB_MS = 900_000;

type Parts = JobParts & { readonly functions: FunctionPort; readonly thirdPartyTypes: ThirdPartyTypes };

/** The provider of every third-party action type: queues jobs for the partner's worker, or invokes its function. */
export function createThirdPartyAction(parts: Parts): ActionProvider {
  return async (run) => {
    const declaration = parts.thirdPartyTypes.get(run.actionExecution.action.actionTypeId);
    const { type, jobTimeout } = declaration.executor;
    const common = {
      run,
      totalMs: THIRD_PARTY_TOTAL_MS,
      timeoutMessage: `The third-party action ${run.actionExecution.action.name} (provider ${declaration.id.provider}) failed to return a result in time.`,
      onProgress: (progress: JobProgress) => show(run, declaration, progress),
    };
    if (type === 'Lambda') {
      const silenceMs = jobTimeout === undefined ? EXECUTOR_JOB_MS : jobTimeout * 1000;
      return runJobs(parts, { ...common, silenceMs, ...invoking(parts, declaration) });
    }
    return runJobs(parts, {
      ...common,
      ...(jobTimeout === undefined ? {} : { silenceMs: jobTimeout * 1000 }),
      continueAfterMs: 0,
      dispatch: async (job) => offer(parts, job),
    });
  };
}

function invoking(parts: Parts, declaration: ActionTypeDeclaration): Pick<JobOptions, 'continueAfterMs' | 'dispatch'> {
  const { kernel, jobs, functions } = parts;
  const arn = declaration.executor.configuration.lambdaExecutorConfiguration?.lambdaFunctionArn ?? '';
  const principal = kernel.identity.service('codepipeline.amazonaws.com');
  return {
    continueAfterMs: EXECUTOR_CONTINUE_AFTER_MS,
    async dispatch(job: Job) {
      jobs.begin(job);
      kernel.events.emit('delivery', { ...owedAnswer(job), functionName: arn });
      const { payload, functionError } = await functions.invokeSync(arn, JSON.stringify(executorEvent(kernel, job)), {
        principal,
      });
      if (functionError !== undefined) throw new AwsError('JobFailed', `the function ${arn} failed: ${payload}`);
      jobs.answer(job.id, executorAnswer(payload));
    },
  };
}

function show(run: ActionRun, { urls }: ActionTypeDeclaration, progress: JobProgress): void {
  const { externalExecutionId: id } = progress;
  const template = urls?.executionUrlTemplate;
  const url = id === undefined || template === undefined ? undefined : fillUrl(template, run.configuration, id);
  run.update({ ...progress, ...(url === undefined ? {} : { externalExecutionUrl: url }) });
}
