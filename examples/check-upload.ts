import { fail, workflowStep } from 'ringback/transfer';

const PDF = Buffer.from('%PDF-');

/** A custom step of a Transfer Family workflow: lets PDF files pass, whatever their names say. */
export const handler = workflowStep(async (step) => {
  for await (const chunk of await step.file.stream()) {
    // The first piece is enough; leaving the loop ends the download.
    if (PDF.equals((chunk as Buffer).subarray(0, PDF.length))) return undefined;
    break;
  }
  return fail(`${step.file.name} of ${step.user.name} is no PDF`);
});
