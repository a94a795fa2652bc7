import { lastResort } from 'ringback/last-resort';

const answer = lastResort();

/**
 * A last resort that also writes down how many deliveries it was needed for. Deploy it with
 * `new Ringback(this, 'Ringback', { lastResortEntry: 'examples/last-resort.ts' })`.
 */
export const handler: typeof answer = async (event, context) => {
  const response = await answer(event, context);
  const answered = event.Records.length - response.batchItemFailures.length;
  process.stdout.write(`${JSON.stringify({ level: 'WARN', message: 'the last resort was needed', answered })}\n`);
  return response;
};
