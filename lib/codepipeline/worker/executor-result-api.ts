import { AnswerNotGivenError } from '../../core/errors.ts';
import type { ResultApi } from '../../core/service.ts';
import { fitText } from '../../core/text.ts';
import { limits } from '../fit.ts';
import { jobResultApi } from '../job-result-api.ts';

/**
 * How executors are answered: by what the function returns. So nobody else can report in its place; what `complete`
 * decides is returned when CodePipeline invokes the function the next time.
 */
export const executorResultApi: ResultApi = {
  ...jobResultApi,
  name: 'codepipeline-executor',
  fit(decision) {
    const fitted = jobResultApi.fit(decision);
    if (fitted.kind !== 'failed') return fitted;
    // The reason goes where a summary goes.
    const reason = fitText(fitted.reason, { max: limits.summary, keep: 'end', ifEmpty: 'failed without a reason' });
    return { ...fitted, reason };
  },
  request(callback) {
    throw new AnswerNotGivenError(
      `job ${callback.id} is answered by what its function returns; the decision stands, and the next invocation returns it`,
    );
  },
  recognise: () => undefined,
};
