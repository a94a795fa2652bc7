import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalRuns } from './local-run.ts';

const PASSWORD = 'k3y9wX2mQz7p';
const LONG = `${PASSWORD} `.repeat(400);

let runs: Awaited<ReturnType<typeof startLocalRuns>>;
let folder: string;
beforeAll(async () => {
  runs = await startLocalRuns();
  folder = await mkdtemp(path.join(tmpdir(), 'terraform-failing-'));
});
afterAll(async () => {
  await runs?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Says something in place of Terraform, and fails. */
async function failing(stream: 1 | 2, said: string): Promise<string> {
  const binary = path.join(folder, 'terraform');
  await writeFile(path.join(folder, 'said'), said);
  await writeFile(binary, `#!/bin/sh\n[ "$1" = init ] && exit 0\ncat '${folder}/said' >&${stream}\nexit 1\n`);
  await chmod(binary, 0o755);
  return binary;
}

const diagnostics = (...members: readonly object[]) =>
  members
    .map(
      (diagnostic) => `${JSON.stringify({ type: 'diagnostic', diagnostic: { severity: 'error', ...diagnostic } })}\n`,
    )
    .join('');

describe('a sensitive variable that stands across the cut of what Terraform says', () => {
  it.each<[string, 1 | 2, (at: string) => string]>([
    ['the detail of an error', 1, (at) => diagnostics({ summary: 'no', detail: at + LONG })],
    ['the summary of an error', 1, (at) => diagnostics({ summary: at + LONG })],
    ['a further error', 1, (at) => diagnostics({ summary: 'no' }, { summary: at + LONG })],
    ['its standard error', 2, (at) => at + LONG],
    ['its standard output', 1, (at) => at + LONG],
  ])('leaves no part of it in the failure or the log: %s', async (_where, stream, say) => {
    for (const at of ['', 'xxx', 'xxxxxxxx']) {
      const outcome = await runs.run({
        binary: await failing(stream, say(at)),
        files: { 'main.tf': 'variable "password" {\n  type      = string\n  sensitive = true\n}\n' },
        parameters: { password: PASSWORD },
      });
      const left = JSON.stringify([outcome, runs.lines]);
      expect(left).toContain('[withheld]');
      expect(left).not.toMatch(/k3y|9wX|2mQ|z7p/);
    }
  });
});
