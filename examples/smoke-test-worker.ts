import { fail, jobWorker, succeed } from 'ringback/codepipeline';
import * as z from 'zod';

/** The job worker of a custom test action: asks each path of a site once. */
export const handler = jobWorker(
  async (job) => {
    const { site, paths } = job.parameters;
    for (const path of paths.split(',')) {
      const { status } = await fetch(new URL(path, site), { signal: job.signal });
      job.log.info('asked', { pipeline: job.pipelineContext.pipelineName, path, status });
      if (status !== 200) return fail(`${path} answered ${status}`);
    }
    return succeed({ summary: `all of ${paths} answered 200` });
  },
  {
    actionType: { category: 'Test', provider: 'SmokeTest' },
    // The action's configuration properties: all are text.
    parameters: z.object({ site: z.url(), paths: z.string().min(1) }),
  },
);
