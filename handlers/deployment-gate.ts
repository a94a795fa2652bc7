import { continueAfter, fail, pipelineJob, succeed } from 'ringback/codepipeline';
import * as z from 'zod/mini';
import english from 'zod/v4/locales/en.js';

// A cold start parses once: to compile its schemas, as zod does otherwise, would cost more than it saves.
z.config({ ...english(), jitless: true });

const parameters = z.object({
  /** Asked until it answers with a 2xx status. */
  url: z.url({ protocol: /^https?$/ }),
  attempts: z._default(z.int().check(z.minimum(1), z.maximum(2_000)), 20),
  intervalSeconds: z._default(z.number().check(z.minimum(1), z.maximum(3_600)), 30),
});
const state = z.object({ attempt: z.number() });

/** Holds a pipeline until a URL is healthy. */
export const handler = pipelineJob(
  async (job) => {
    const { url, attempts, intervalSeconds } = job.parameters;
    const attempt = (job.state?.attempt ?? 0) + 1;
    const answer = await ask(url, job.signal);
    job.log.info('asked', { url, attempt, answer });
    if (typeof answer === 'number' && answer >= 200 && answer < 300) {
      return succeed({
        variables: { Attempts: attempt, Status: answer },
        summary: `healthy after ${attempt} of ${attempts} tries`,
      });
    }
    if (attempt >= attempts)
      return fail(`${url} was not healthy in ${attempt} tries; the last one ended with ${answer}`);
    return continueAfter(
      { seconds: intervalSeconds },
      { attempt },
      { summary: `try ${attempt} of ${attempts}: ${answer}`, percentComplete: (100 * attempt) / attempts },
    );
  },
  { parameters, state },
);

/** The status, or what went wrong on the way: that is no failure yet, the next try may get through. */
async function ask(url: string, signal: AbortSignal): Promise<number | string> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
      redirect: 'follow',
    });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    const { message, cause } = error as Error;
    return cause instanceof Error && cause.message !== '' ? cause.message : message;
  }
}
