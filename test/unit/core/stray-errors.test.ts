import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('fixtures/stray-errors.ts', import.meta.url));
const run = (env: NodeJS.ProcessEnv) =>
  promisify(execFile)(process.execPath, ['--conditions=ringback-source', script], { env: { ...process.env, ...env } });

it('lets a program that is not a function die of its own errors once everything is answered', async () => {
  const ended = run({ AWS_LAMBDA_RUNTIME_API: undefined, THROWS_LATER: 'true' });
  await expect(ended).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('the program itself failed') });
});

it('answers for what nobody catches in the place of the Lambda runtime, and the user’s own reporter hears of it, too', async () => {
  const { stdout } = await run({ AWS_LAMBDA_RUNTIME_API: '127.0.0.1:1' });
  const { told, answers, logged } = JSON.parse(stdout);
  expect(told).toEqual(['rejection forgotten', 'exception nowhere']);
  expect(answers).toEqual(['PutJobSuccessResult', 'nowhere']);
  expect(logged).toBeGreaterThanOrEqual(2);
});
