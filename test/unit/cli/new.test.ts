import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from './run-cli.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const require = createRequire(import.meta.url);
const execute = promisify(execFile);

/** A project's folder inside the repository, so that `ringback/…` leads to its sources. */
function project(): string {
  mkdirSync(path.join(ROOT, '.ringback'), { recursive: true });
  const folder = mkdtempSync(path.join(ROOT, '.ringback', 'new-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a program of a package under this very Node. */
function run(program: string, args: readonly string[], cwd: string) {
  const { PATH = '' } = process.env;
  return execute(process.execPath, [program, ...args], { cwd, env: { PATH, NO_COLOR: '1' } });
}

describe('ringback new', () => {
  it('writes a pipeline job that compiles and whose test passes', async () => {
    const folder = project();
    const { code, stdout } = await runCli(['new', 'pipeline-job', 'site-check'], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toContain('✔ wrote handlers/site-check.ts');
    expect(stdout).toContain("const siteCheck = new PipelineJobFunction(this, 'SiteCheck', { entry:");

    const infra = stdout.slice(stdout.indexOf('import {'), stdout.indexOf('Try it:')).replaceAll(/^ {2}/gm, '');
    const [imported, ...statements] = infra.split('\n\n');
    writeFileSync(
      path.join(folder, 'stack.ts'),
      `import { Stack } from 'aws-cdk-lib';\nimport type { IStage } from 'aws-cdk-lib/aws-codepipeline';\n${imported}
export class Shop extends Stack {\n  add(stage: IStage) {\n${statements.join('\n')}\n  }\n}\n`,
    );
    writeFileSync(
      path.join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: path.join(ROOT, 'tsconfig.json'),
        compilerOptions: { allowImportingTsExtensions: true },
        include: ['.'],
        exclude: [],
      }),
    );
    const tsc = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
    await run(tsc, ['-p', '.', '--noEmit'], folder);

    const vitest = path.join(path.dirname(require.resolve('vitest/package.json')), 'vitest.mjs');
    const results = path.join(folder, 'results.json');
    const config = ['--root', folder, '--config', path.join(ROOT, 'vitest.config.ts')];
    await run(vitest, ['run', ...config, '--reporter', 'json', '--outputFile', results], folder);
    expect(JSON.parse(readFileSync(results, 'utf8'))).toMatchObject({ success: true, numPassedTests: 3 });
  }, 120_000);

  it('writes over no file, and then writes none', async () => {
    const folder = project();
    mkdirSync(path.join(folder, 'test'));
    writeFileSync(path.join(folder, 'test', 'gate.test.ts'), 'mine');
    const { code, stderr } = await runCli(['new', 'pipeline-job', 'gate', '--dir', '.'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ringback: test\/gate\.test\.ts is there already, and nothing is written over it;/);
    expect(readFileSync(path.join(folder, 'test', 'gate.test.ts'), 'utf8')).toBe('mine');
    expect(() => readFileSync(path.join(folder, 'handlers', 'gate.ts'))).toThrow('ENOENT');
  });

  it('tells a program what it wrote', async () => {
    const folder = project();
    const { stdout } = await runCli(['new', 'pipeline-job', 'gate', '--dir', 'sub', '--json'], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual({
      files: ['sub/handlers/gate.ts', 'sub/test/gate.test.ts'],
      infra: expect.stringContaining("from 'ringback/infra'"),
    });
  });

  it.each([
    [[], /say what: KIND NAME; kinds are pipeline-job/],
    [['pipeline-job'], /say what/],
    [['fax', 'x'], /there is no kind "fax"; kinds are pipeline-job/],
    [['constructor', 'x'], /there is no kind "constructor"/],
    [['pipeline-job', '../x'], /the name must be kebab-case, such as release-check, but is "\.\.\/x"/],
    [['pipeline-job', 'MyGate'], /kebab-case/],
    [['pipeline-job', 'a', 'b'], /unexpected "b"/],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await runCli(['new', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
