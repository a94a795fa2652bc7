import { parseArgs } from 'node:util';
import { runBench, runTlsColdStarts, runWorkers } from './bench.ts';
import { describeBench, workerTable } from './bench-report.ts';
import { tlsTables } from './cold-start-tls-report.ts';

const { values } = parseArgs({
  options: {
    /** Ends the output with one line of JSON. */
    json: { type: 'boolean', default: false },
    /** Runs one part: `cold-start-tls` or `worker`. */
    only: { type: 'string' },
    rounds: { type: 'string', default: '21' },
    jobs: { type: 'string', default: '300' },
    /** How many jobs a worker process drains; 10000 takes a few minutes. */
    queue: { type: 'string', default: '1000' },
  },
});

const progress = (text: string) => process.stderr.write(`${text} ...\n`);
const rounds = wholeNumber('rounds', values.rounds);
if (values.only === undefined) {
  const jobs = wholeNumber('jobs', values.jobs);
  const result = await runBench({ rounds, jobs, queue: wholeNumber('queue', values.queue), progress });
  print(describeBench(result), result);
} else if (values.only === 'cold-start-tls') {
  const result = await runTlsColdStarts({ rounds, progress });
  print(`${tlsTables(result).join('\n')}\n`, result);
} else if (values.only === 'worker') {
  const result = await runWorkers({ queue: wholeNumber('queue', values.queue), progress });
  print(`${workerTable(result).join('\n')}\n`, result);
} else {
  throw new Error(`--only takes cold-start-tls or worker, but is "${values.only}"`);
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
