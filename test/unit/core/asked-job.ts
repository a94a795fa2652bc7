import type { Asked } from '../../../lib/core/ledger/entry.ts';

/** What the event of a CodePipeline Lambda action asks the ledger for, on its first run. */
export function askedJob(id: string): Asked {
  return { key: `codepipeline#${id}`, run: 1, ticket: { region: 'us-east-1', data: { jobId: id } } };
}
