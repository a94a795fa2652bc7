import { ConfigurationError, fail, type InputArtifact } from 'ringback/codepipeline';
import * as z from 'zod';
import { type CheckReport, checkArtifact } from './check-artifact.ts';
import { planSchema } from './plan.ts';

/** The configuration of the action. */
export const configuration = z.object({
  /** The file in the artifact that says what to check. */
  ChecksFile: z.string().default('checks.json'),
});

/** The part of a job that the checks need. */
interface CheckedJob {
  readonly id: string;
  readonly parameters: z.infer<typeof configuration>;
  inputArtifact(): InputArtifact;
}

const SHOWN_FINDINGS = 20;

/** Runs the checks that the artifact's own file asks for. @returns the failure, or what a success may tell */
export async function runChecks(job: CheckedJob) {
  const artifact = job.inputArtifact();
  const plan = planSchema.safeParse(await artifact.json(job.parameters.ChecksFile));
  if (!plan.success) throw new ConfigurationError(`${job.parameters.ChecksFile}: ${z.prettifyError(plan.error)}`);
  const report = await checkArtifact(artifact, plan.data);
  // The id under which the run's log lines are found; the action type's execution URL leads there.
  const externalExecutionId = job.id;
  if (report.findings.length > 0) return fail(describe(report), { externalExecutionId });
  return {
    passed: true as const,
    summary: `${report.files} files, ${report.totalBytes} bytes, nothing found`,
    externalExecutionId,
    variables: { Files: report.files, TotalBytes: report.totalBytes },
  };
}

function describe({ findings }: CheckReport): string {
  const shown = findings.slice(0, SHOWN_FINDINGS);
  const rest = findings.length - shown.length;
  return `${findings.length} findings: ${shown.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
}
