import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('answers for what nobody catches in the place of the Lambda runtime, and the user’s own reporter hears of it, too', async () => {
  const script = fileURLToPath(new URL('fixtures/stray-errors.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=ringback-source', script], {
    env: { ...process.env, AWS_LAMBDA_RUNTIME_API: '127.0.0.1:1' },
  });
  const { told, answers, logged } = JSON.parse(stdout);
  expect(told).toEqual(['rejection forgotten', 'exception nowhere']);
  expect(answers).toEqual(['PutJobSuccessResult', 'nowhere']);
  expect(logged).toBeGreaterThanOrEqual(2);
});
