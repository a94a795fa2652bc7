import { posix } from 'node:path';
import type { InputArtifact } from 'ringback/codepipeline';
import type { Plan } from './plan.ts';

/** What the checks found. */
export interface CheckReport {
  readonly files: number;
  readonly totalBytes: number;
  /** One line for each thing that is wrong; none where all is well. */
  readonly findings: readonly string[];
}

/** Files above this size are not searched for texts: they are no sources. In bytes. */
const LARGEST_TEXT = 8 * 1024 * 1024;

/** Runs the checks of a plan over an artifact, one file at a time. */
export async function checkArtifact(artifact: InputArtifact, plan: Plan): Promise<CheckReport> {
  const findings: string[] = [];
  const paths = new Set<string>();
  let totalBytes = 0;
  for await (const entry of artifact.entries()) {
    if (entry.isDirectory) continue;
    paths.add(entry.path);
    totalBytes += entry.size;
    if (plan.maxFileBytes !== undefined && entry.size > plan.maxFileBytes) {
      findings.push(`${entry.path} has ${entry.size} bytes, more than ${plan.maxFileBytes}`);
    }
    const forbidden = plan.forbiddenStrings.filter(({ files }) => posix.matchesGlob(entry.path, files));
    const wantsHeader = plan.licenseHeader !== undefined && posix.matchesGlob(entry.path, plan.licenseHeader.files);
    if (entry.size > LARGEST_TEXT || (forbidden.length === 0 && !wantsHeader)) continue;
    const text = await entry.text({ maxBytes: LARGEST_TEXT });
    for (const { text: unwanted } of forbidden) {
      const line = lineOf(text, unwanted);
      if (line !== undefined) findings.push(`${entry.path}:${line} has a forbidden text`);
    }
    if (wantsHeader && !withoutInterpreter(text).startsWith(plan.licenseHeader?.text ?? '')) {
      findings.push(`${entry.path} does not begin with the licence header`);
    }
  }
  for (const required of plan.requiredFiles) {
    if (!paths.has(required)) findings.push(`${required} is missing`);
  }
  if (plan.maxTotalBytes !== undefined && totalBytes > plan.maxTotalBytes) {
    findings.push(`all files together have ${totalBytes} bytes, more than ${plan.maxTotalBytes}`);
  }
  return { files: paths.size, totalBytes, findings };
}

/** The number of the line in which a text begins. The text itself is not shown: it may be a key that slipped in. */
function lineOf(text: string, part: string): number | undefined {
  const index = text.indexOf(part);
  return index === -1 ? undefined : text.slice(0, index).split('\n').length;
}

function withoutInterpreter(text: string): string {
  return text.startsWith('#!') ? text.slice(text.indexOf('\n') + 1) : text;
}
