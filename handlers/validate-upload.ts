import { createHash } from 'node:crypto';
import { fail, type StepFile, succeed, type WorkflowStep, workflowStep } from 'ringback/transfer';
import { checkRecords, type Verdict } from './validate-upload/check-records.ts';
import { readSettings, type Settings } from './validate-upload/settings.ts';

/** Read when the function starts: wrong settings show at the first upload, as the reason of its failure. */
const settings = readSettings(process.env.UPLOAD_RULES);

/**
 * Checks an uploaded file: its type (CSV, a JSON array, JSON lines), and every record against the rules in
 * UPLOAD_RULES. A good file gets its SHA-256 beside its place in the results bucket; of a bad one the problems are
 * written down, and the workflow's exception steps put it into quarantine. Memory stays flat, whatever the size.
 */
export const handler = workflowStep(async (step) => {
  const rules = settings();
  const hash = createHash('sha256');
  const verdict = await checkRecords(hashed(step.file, hash), rules);
  step.log.info('checked', { file: step.file.uri, ...verdict, problems: verdict.problems.length });
  if (verdict.problems.length > 0) {
    await writeReport(step, rules, verdict);
    return fail(`${step.file.name} is refused: ${verdict.problems.join('; ')}`);
  }
  const sha256 = hash.digest('hex');
  await step.write(
    { bucket: rules.results.bucket, key: `${rules.results.accepted}${step.file.name}.sha256` },
    // The form that `sha256sum --check` reads.
    `${sha256}  ${step.file.name}\n`,
    { contentType: 'text/plain' },
  );
  return succeed({
    summary: `${verdict.records} records of ${verdict.type}, ${verdict.bytes} bytes, SHA-256 ${sha256}`,
  });
});

async function* hashed(file: StepFile, hash: ReturnType<typeof createHash>): AsyncGenerator<Buffer> {
  for await (const chunk of (await file.stream()) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    yield chunk;
  }
}

async function writeReport(
  { file, user, write }: WorkflowStep,
  { results }: Settings,
  verdict: Verdict,
): Promise<void> {
  const report = { file: file.uri, user: user.name, ...verdict };
  await write(
    { bucket: results.bucket, key: `${results.rejected}${file.name}.rejected.json` },
    `${JSON.stringify(report, null, 2)}\n`,
    { contentType: 'application/json' },
  );
}
