import type { ResultApi } from '../core/service.ts';
import { jobResultApi } from './job-result-api.ts';
import { executorResultApi } from './worker/executor-result-api.ts';
import { thirdPartyJobResultApi } from './worker/third-party-result-api.ts';

export { jobCallback, jobResultApi } from './job-result-api.ts';

/** All the ways in which CodePipeline is answered. */
export const codePipelineResultApis: readonly ResultApi[] = [jobResultApi, thirdPartyJobResultApi, executorResultApi];
