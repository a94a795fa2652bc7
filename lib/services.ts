import { jobResultApi } from './codepipeline/result-api.ts';
import type { ResultApi } from './core/service.ts';

/** The one list of all services: who can be answered by `complete` and by the last resort. */
export const resultApis: readonly ResultApi[] = [jobResultApi];
