import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readParameters } from '../../lib/terraform/index.ts';
import { startLocalRuns } from '../unit/terraform/local-run.ts';
import { median } from './median.ts';

// node --conditions=ringback-source test/bench/terraform.ts [ROUNDS]
const rounds = Number(process.argv[2] ?? 7);
const folder = mkdtempSync(path.join(tmpdir(), 'terraform-bench-'));
const local = await startLocalRuns();
try {
  print('parser, 40 variables, warm', `${(await timeParser()).toFixed(2)} ms`);
  const bare: number[] = [];
  const whole: number[] = [];
  for (let round = 0; round < rounds; round++) {
    bare.push(await timeBare(round));
    whole.push(await timed(() => local.run({ product: `pp-${round}`, files: { 'main.tf': resources(10) } })));
  }
  print('terraform init and apply, 10 resources', `${median(bare).toFixed(0)} ms`);
  print('the whole operation', `${median(whole).toFixed(0)} ms`);
  print('ratio', (median(whole) / median(bare)).toFixed(3));
} finally {
  await local.stop();
  rmSync(folder, { recursive: true, force: true });
}

function print(name: string, value: string): void {
  process.stdout.write(`${name.padEnd(42)} ${value}\n`);
}

function resources(count: number): string {
  return `resource "terraform_data" "x" {\n  count = ${count}\n  input = count.index\n}\n`;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The two commands that a person would type, with state in the same bucket. */
async function timeBare(round: number): Promise<number> {
  const dir = path.join(folder, String(round));
  mkdirSync(dir);
  const url = local.cloud.endpoint;
  const backend = `terraform {\n  backend "s3" {\n    bucket = "terraform-states"\n    key = "bare/${round}"\n    region = "us-east-1"\n    use_lockfile = true\n    use_path_style = true\n    endpoints = { s3 = "${url}", sts = "${url}" }\n  }\n}\n`;
  writeFileSync(path.join(dir, 'main.tf'), backend + resources(10));
  const env = { ...local.env, TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' };
  const start = performance.now();
  for (const args of [
    ['init', '-input=false'],
    ['apply', '-input=false', '-auto-approve'],
  ]) {
    const child = spawn('terraform', args, { cwd: dir, env, stdio: 'ignore' });
    const status = await new Promise((resolve) => child.once('close', resolve));
    if (status !== 0) throw new Error(`terraform ${args[0]} ended with ${String(status)}`);
  }
  return performance.now() - start;
}

async function timeParser(): Promise<number> {
  const dir = path.join(folder, 'parser');
  mkdirSync(dir);
  const variables = Array.from(
    { length: 40 },
    (_, index) =>
      `variable "v${index}" {\n  type = object({ a = optional(string, "x"), b = list(number) })\n  description = "number ${index}"\n  default = { a = "y", b = [1, 2, 3] }\n}\n`,
  );
  writeFileSync(path.join(dir, 'variables.tf'), variables.join('\n'));
  const times: number[] = [];
  for (let round = 0; round < 30; round++) times.push(await timed(() => readParameters(dir)));
  return median(times.slice(5));
}
