import { parseArgs } from 'node:util';
import { runBench, runTlsColdStarts, runWorkers } from './bench.ts';
import { describeBench, workerTable } from './bench-report.ts';
import { tlsTables } from './cold-start-tls-report.ts';
import { benchTerraform, describeTerraform, hasTerraform } from './terraform.ts';

const { values } = parseArgs({
  options: {
    /** Ends the output with one line of JSON. */
    json: { type: 'boolean', default: false },
    /** Runs one part, by its name; see {@link PARTS}. */
    only: { type: 'string' },
    rounds: { type: 'string', default: '21' },
    jobs: { type: 'string', default: '300' },
    /** How many jobs a worker process drains; 10000 takes a few minutes. */
    queue: { type: 'string', default: '1000' },
  },
});

const progress = (text: string) => void process.stderr.write(`${text} ...\n`);
const rounds = wholeNumber('rounds', values.rounds);
const queue = wholeNumber('queue', values.queue);

/** What can be run alone. `terraform` is no part of the whole: it needs the program. */
const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  'cold-start-tls': async () => {
    const result = await runTlsColdStarts({ rounds, progress });
    print(`${tlsTables(result).join('\n')}\n`, result);
  },
  worker: async () => {
    const result = await runWorkers({ queue, progress });
    print(`${workerTable(result).join('\n')}\n`, result);
  },
  terraform: async () => {
    if (!hasTerraform()) {
      return progress('terraform is skipped: there is no such program, and RINGBACK_TERRAFORM names none');
    }
    const result = await benchTerraform({ rounds, progress });
    print(describeTerraform(result), result);
  },
};

if (values.only === undefined) {
  const result = await runBench({ rounds, jobs: wholeNumber('jobs', values.jobs), queue, progress });
  print(describeBench(result), result);
} else {
  const part = PARTS[values.only];
  if (part === undefined) {
    throw new Error(`--only takes ${Object.keys(PARTS).join(', ')}, but is "${values.only}"`);
  }
  await part();
}

function print(text: string, result: object): void {
  process.stdout.write(`\n${text}`);
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${name} must be a whole number from 1, but is "${text}"`);
}
