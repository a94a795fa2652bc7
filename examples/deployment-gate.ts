import { continueAfter, fail, pipelineJob, succeed } from 'ringback/codepipeline';
import * as z from 'zod';

export const handler = pipelineJob(
  async (job) => {
    const attempt = (job.state?.attempt ?? 0) + 1;
    const response = await fetch(job.parameters.url, { signal: job.signal });
    if (response.ok) return succeed({ variables: { Attempts: attempt }, summary: 'healthy' });
    if (attempt === 20) return fail(`not healthy after ${attempt} tries, last status ${response.status}`);
    return continueAfter({ seconds: 30 }, { attempt });
  },
  { parameters: z.object({ url: z.url() }), state: z.object({ attempt: z.number() }) },
);
