import { encodeCallback } from 'ringback';
import { defer, pipelineJob, UnavailableError } from 'ringback/codepipeline';
import * as z from 'zod';

/** Opens a ticket and leaves the answer to whoever closes it, for two hours; see answer-from-ticket.ts. */
export const handler = pipelineJob(
  async (job) => {
    const { tickets, question } = job.parameters;
    const response = await fetch(tickets, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      // Whoever holds the callback can answer the job: hand it only to a system that keeps secrets.
      body: JSON.stringify({ question, callback: encodeCallback(job.callback) }),
      signal: job.signal,
    });
    if (!response.ok) throw new UnavailableError(`the ticket system answered ${response.status}`);
    return defer({ within: { hours: 2 } }, { summary: 'waiting for an answer to the ticket' });
  },
  { parameters: z.object({ tickets: z.url(), question: z.string() }) },
);
