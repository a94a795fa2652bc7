import type { Service } from '../core/service.ts';
import { executorService } from './services/executor-service.ts';
import { jobService } from './services/job-service.ts';
import { thirdPartyJobService } from './services/third-party-job-service.ts';

/** All the ways in which CodePipeline is answered. */
export const codePipelineServices: readonly Service[] = [jobService, thirdPartyJobService, executorService];
