import { jobWorker, succeed } from 'ringback/codepipeline';

/** Says when its logic begins, and does its job at once. */
export const handler = jobWorker(
  (job) => {
    process.stdout.write(`begun ${job.id}\n`);
    return succeed();
  },
  { actionType: { category: 'Source', provider: 'Race' } },
);
