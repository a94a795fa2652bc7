import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../run-cli.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

/** Writes a file inside the repository, so that `ringback/…` leads to its sources, and lets a worker load it. */
async function load(name: string, text: string, ...args: string[]) {
  mkdirSync(path.join(ROOT, '.ringback'), { recursive: true });
  const folder = mkdtempSync(path.join(ROOT, '.ringback', 'worker-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, name), text);
  // What is refused after the handler is loaded, so that nothing is polled.
  return runCli(['worker', path.join(folder, name), '--query', 'none', '--region', 'eu-west-1', ...args]);
}

const MADE = "jobWorker(() => undefined, { actionType: { category: 'Test', provider: 'P' } })";
const REQUIRED = "const { jobWorker } = require('ringback/codepipeline');";

describe('the handler of a worker', () => {
  it.each([
    ['handler.ts', `import { jobWorker } from 'ringback/codepipeline';\nexport const handler = ${MADE};`, []],
    ['handler.cjs', `${REQUIRED}\nexports.handler = ${MADE};`, []],
    ['handler.cjs', `${REQUIRED}\nconst api = { handler: ${MADE} };\nmodule.exports = api;`, []],
    ['handler.cjs', `${REQUIRED}\nmodule.exports = ${MADE};`, ['--export', 'default']],
    [
      'handler.ts',
      `import { jobWorker } from 'ringback/codepipeline';\nexport default ${MADE};`,
      ['--export', 'default'],
    ],
  ])('is found in %s that says %s', async (name, text, args) => {
    const { code, stderr } = await load(name, text, ...args);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^ringback: --query must look like Name=value/),
    });
  });

  it.each([
    ["import './other';\nexport const handler = 1;", /ERR_MODULE_NOT_FOUND|Cannot find module/],
    ['enum Colour { Red }\nexport const handler = Colour.Red;', /enum/],
  ])('that Node does not take is refused with the way out: %s', async (text, reason) => {
    const { code, stderr } = await load('handler.ts', text);
    expect(code).toBe(2);
    expect(stderr).toMatch(reason);
    expect(stderr).toContain('NODE_OPTIONS="--import tsx"');
  });

  it('that throws is refused with what it threw alone', async () => {
    const { stderr } = await load('handler.ts', "throw new Error('no queue is named');");
    expect(stderr).toMatch(/cannot be loaded: .*no queue is named\n$/);
  });

  it('under another name is named', async () => {
    const text = `import { jobWorker } from 'ringback/codepipeline';\nexport default ${MADE};`;
    const { stderr } = await load('handler.ts', text);
    expect(stderr).toContain(
      'has no export "handler" that jobWorker or thirdPartyJobWorker made; --export default names',
    );
  });

  it('is no folder', async () => {
    const { stderr } = await runCli(['worker', 'handlers', '--region', 'eu-west-1']);
    expect(stderr).toMatch(/^ringback: handlers is a folder: give the path of a handler's file\n$/);
  });
});

it('a worker that is told to stop while its handler loads ends, also as the first process of a container', async () => {
  // That one hears only what it listens for; elsewhere the signal itself would end it, without an exit code.
  const text = "process.kill(process.pid, 'SIGTERM');\nawait new Promise((resolve) => setTimeout(resolve, 50_000));";
  expect(await load('slow.ts', text)).toMatchObject({ code: 143 });
});
