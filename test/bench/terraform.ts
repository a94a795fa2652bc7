import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readParameters } from '../../lib/terraform/index.ts';
import { startLocalRuns } from '../unit/terraform/local-run.ts';
import { median } from './median.ts';
import { ms, row } from './table.ts';

/** How many resources the product has. */
const RESOURCES = 10;
const VARIABLES = 40;
const BINARY = process.env.RINGBACK_TERRAFORM ?? 'terraform';

/** What the bench of the Terraform engine found; medians in milliseconds. */
export interface TerraformBench {
  readonly rounds: number;
  /** `terraform init` and `terraform apply`, as a person types them, with state in the same bucket. */
  readonly bare: number;
  /** The whole operation. */
  readonly operation: number;
  /** The median of the ratios of the rounds. */
  readonly ratio: number;
  /** The parameters of a configuration of 40 variables, warm. */
  readonly parser: number;
}

/** Whether there is a program to compare with. */
export function hasTerraform(): boolean {
  return spawnSync(BINARY, ['version']).status === 0;
}

/** Runs the bare commands and the operation by turns, each first in every other round. */
export async function benchTerraform({
  rounds,
  progress,
}: {
  readonly rounds: number;
  readonly progress: (text: string) => void;
}): Promise<TerraformBench> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ringback-bench-'));
  const local = await startLocalRuns();
  const files = { 'main.tf': resources() };
  try {
    progress(`${rounds} operations of ${RESOURCES} resources, and the bare commands between them`);
    const bare: number[] = [];
    const operation: number[] = [];
    const subjects = [
      async (round: number) => bare.push(await timeBare(path.join(folder, String(round)), local, round)),
      async (round: number) => operation.push(await timed(() => local.run({ product: `pp-${round}`, files }))),
    ];
    // The first round warms files and code up.
    for (let round = 0; round <= rounds; round++) {
      for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) await subject(round);
    }
    const ratios = operation.map((value, round) => value / (bare[round] ?? Number.NaN));
    const middle = (values: readonly number[]) => median(values.slice(1));
    return {
      rounds,
      bare: middle(bare),
      operation: middle(operation),
      ratio: middle(ratios),
      parser: await timeParser(folder),
    };
  } finally {
    await local.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The result as text for a person. */
export function describeTerraform({ rounds, bare, operation, ratio, parser }: TerraformBench): string {
  return [
    `A Terraform product of ${RESOURCES} resources, ms, medians of ${rounds}`,
    row(['  terraform init, terraform apply', ms(bare)]),
    row(['  the whole operation', ms(operation)]),
    row(['  operation to commands', ratio.toFixed(2)]),
    row([`  parser, ${VARIABLES} variables, warm`, ms(parser, 2)]),
    '',
  ].join('\n');
}

function resources(): string {
  return `resource "terraform_data" "x" {\n  count = ${RESOURCES}\n  input = count.index\n}\n`;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function timeBare(
  folder: string,
  { env, cloud: { endpoint } }: Awaited<ReturnType<typeof startLocalRuns>>,
  round: number,
): Promise<number> {
  await mkdir(folder);
  const backend = {
    bucket: 'terraform-states',
    key: `bare/${round}`,
    region: 'us-east-1',
    use_lockfile: true,
    encrypt: true,
    use_path_style: true,
    endpoints: { s3: endpoint, sts: endpoint },
  };
  await writeFile(path.join(folder, 'main.tf'), resources());
  await writeFile(path.join(folder, 'backend.tf.json'), JSON.stringify({ terraform: { backend: { s3: backend } } }));
  const own = { ...env, TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' };
  return timed(async () => {
    for (const args of [
      ['init', '-input=false'],
      ['apply', '-input=false', '-auto-approve'],
    ]) {
      const child = spawn(BINARY, args, { cwd: folder, env: own, stdio: 'ignore' });
      const status = await new Promise((resolve) => child.once('close', resolve));
      if (status !== 0) throw new Error(`terraform ${args[0]} ended with ${String(status)}`);
    }
  });
}

async function timeParser(parent: string): Promise<number> {
  const folder = path.join(parent, 'parser');
  await mkdir(folder);
  const variables = Array.from(
    { length: VARIABLES },
    (_, index) =>
      `variable "v${index}" {\n  type = object({ a = optional(string, "x"), b = list(number) })\n  description = "number ${index}"\n  default = { a = "y", b = [1, 2, 3] }\n}\n`,
  );
  await writeFile(path.join(folder, 'variables.tf'), variables.join('\n'));
  const times: number[] = [];
  for (let round = 0; round < 30; round++) times.push(await timed(() => readParameters(folder)));
  return median(times.slice(5));
}
