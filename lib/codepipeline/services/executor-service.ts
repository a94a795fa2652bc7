import { fitted } from '../../core/decision.ts';
import { fitText } from '../../core/secrets/fit-text.ts';
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
  fit(end, redact) {
    const decision = fitJob(end, redact);
    if (decision.kind !== 'failed') return decision;
    // The reason goes where a summary goes.
    const limit = { max: limits.summary, keep: 'end', ifEmpty: 'failed without a reason' } as const;
    return fitted({ ...decision, reason: fitText(redact(decision.reason), limit) });
  },
  recognise: () => undefined,
  putOff: { by: 'token', fitProgress: fitJobProgress },
};
