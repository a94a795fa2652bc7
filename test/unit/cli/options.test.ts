import { expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

it.each([
  [['complete', 'x', '--fail', '- not ready'], /^ringback: --fail needs a value; .* is written --fail=-…\n$/],
  [['invoke', 'x.ts', '--event', 'codepipeline-job', '--timeout', '-5'], /--timeout needs a value; .* --timeout=-…/],
  [['complete', 'x', '--fail', '--json'], /--fail needs a value/],
  [['complete', 'x', '--succeed', '--fail', 'y'], /--succeed and --fail are both given/],
  [['complete', 'x'], /say how it ends: --succeed, or --fail REASON/],
  [['invoke', 'x.ts', '--event', 'codepipeline-job', '--memory', '512.5'], /--memory must be a whole number from 128/],
  [['invoke', 'x.ts', '--event', 'codepipeline-job', '--timeout', '1.5'], /--timeout must be a whole number from 1/],
  [['worker', 'x.ts', '--concurrency', '1.5'], /--concurrency must be a whole number from 1/],
  [['invoke', 'handlers', '--event', 'codepipeline-job'], /handlers is a folder; give the path of the handler/],
])('%j is refused with what is wrong', async (args, message) => {
  const { code, stderr } = await runCli(args);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

it.each([[['event', 'codepipeline-job']], [['--help']]])('%j under a Node that engines leaves out', async (args) => {
  const older = '--import=data:text/javascript,delete%20process.getBuiltinModule';
  const { code, stderr } = await runCli(args, { env: { NODE_OPTIONS: older } });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^ringback: this is Node\.js [\d.]+, and ringback needs 20\.16 or later, or 22\.3 or later: /);
});
