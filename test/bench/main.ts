import { parseArgs } from 'node:util';
import { runBench } from './bench.ts';
import { describeBench } from './bench-report.ts';

const { values } = parseArgs({
  options: {
    /** Ends the output with one line of JSON. */
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '21' },
    jobs: { type: 'string', default: '300' },
    /** How many jobs a worker process drains; 10000 takes a few minutes. */
    queue: { type: 'string', default: '1000' },
  },
});

const result = await runBench({
  rounds: wholeNumber('rounds', values.rounds),
  jobs: wholeNumber('jobs', values.jobs),
  queue: wholeNumber('queue', values.queue),
  progress: (text) => process.stderr.write(`${text} ...\n`),
});
process.stdout.write(`\n${describeBench(result)}`);
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${name} must be a whole number from 1, but is "${text}"`);
}
