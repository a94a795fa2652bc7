import type { ResultApi } from '../../core/service.ts';
import { fitText } from '../../core/text.ts';
import { fitJobDecision, limits } from '../fit.ts';
import { jobService } from '../job-result-api.ts';

/**
 * How executors are answered: by what the function returns. So nobody else can report in its place; what `complete`
 * decides is returned when CodePipeline invokes the function the next time.
 */
export const executorResultApi: ResultApi = {
  ...jobService,
  name: 'codepipeline-executor',
  fit(decision) {
    const fitted = fitJobDecision(decision);
    if (fitted.kind !== 'failed') return fitted;
    // The reason goes where a summary goes.
    const reason = fitText(fitted.reason, { max: limits.summary, keep: 'end', ifEmpty: 'failed without a reason' });
    return { ...fitted, reason };
  },
  recognise: () => undefined,
};
