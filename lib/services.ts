import { codePipelineResultApis } from './codepipeline/result-api.ts';
import type { ResultApi } from './core/service.ts';
import { operationResultApi } from './servicecatalog/result-api.ts';
import { stepResultApi } from './transfer/result-api.ts';

/** The one list of all services: who can be answered by `complete` and by the last resort. */
export const resultApis: readonly ResultApi[] = [...codePipelineResultApis, stepResultApi, operationResultApi];
