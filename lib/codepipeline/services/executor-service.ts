import type { Service } from '../../core/service.ts';
import { fitJob, fitJobProgress, limits } from '../fit.ts';
import { commonJobService } from './job-service.ts';

/**
 * The jobs of executors, which are answered by what the function returns. So nobody else can report in its place; what
 * `complete` decides is returned when CodePipeline invokes the function the next time.
 */
export const executorService: Service = {
  ...commonJobService,
  name: 'codepipeline-executor',
  // The reason goes where a summary goes.
  fit: (end, redact) => fitJob(end, redact, limits.summary),
  recognise: () => undefined,
  putOff: { by: 'token', fitProgress: fitJobProgress },
};
