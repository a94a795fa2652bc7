import { codePipelineServices } from './codepipeline/result-api.ts';
import type { Service } from './core/service.ts';
import { operationService } from './servicecatalog/result-api.ts';
import { stepService } from './transfer/result-api.ts';

/** The one list of all services: who can be answered by `complete` and by the last resort. */
export const services: readonly Service[] = [...codePipelineServices, stepService, operationService];
