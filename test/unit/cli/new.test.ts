import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { kinds } from '../../../lib/cli/new/kinds.ts';
import { projectFolder } from './new-project.ts';
import { runCli } from './run-cli.ts';

function project(): string {
  const folder = projectFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A project of its own, outside of this repository and its package.json. */
function projectElsewhere(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringback-new-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

describe('ringback new', () => {
  it('says what it wrote, what to put into the stack, and how to try it', async () => {
    const folder = project();
    const { code, stdout } = await runCli(['new', 'provisioning-engine', 'bucket'], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toContain(`✔ wrote handlers/bucket.ts
✔ wrote handlers/bucket-parameters.ts
✔ wrote test/bucket.test.ts

In your stack:

  import {`);
    expect(stdout).toContain("\n  new ProvisioningEngine(this, 'Bucket', {\n    entry: 'handlers/bucket.ts',\n");
    expect(stdout).toMatch(
      /\nTry it:\n\n {2}npm install @aws-sdk\/client-s3\n {2}npx ringback invoke handlers\/bucket\.ts/,
    );
    expect(stdout.trimEnd()).toMatch(/\n {2}npx vitest run test\/bucket\.test\.ts$/);
    expect(readFileSync(path.join(folder, 'handlers', 'bucket.ts'), 'utf8')).toMatch(
      /^import \{\n {2}CreateBucketCommand/,
    );
  });

  // Node strips types from 22.18 on.
  const byNode: readonly [string, string] = process.features.typescript
    ? ['../handlers/gate.ts', 'node --test test/gate.test.ts']
    : ['../handlers/gate.js', 'npx tsx --test test/gate.test.ts'];

  it.each([
    [{ devDependencies: { vitest: '5' } }, "from 'vitest'", '../handlers/gate.js', 'npx vitest run test/gate.test.ts'],
    [{ devDependencies: { jest: '30', '@types/jest': '30' } }, '', '../handlers/gate', 'npx jest test/gate.test.ts'],
    [{ devDependencies: { jest: '30' } }, "from '@jest/globals'", '../handlers/gate', 'npx jest test/gate.test.ts'],
    [{ type: 'module', devDependencies: { jest: '30' } }, '', '../handlers/gate.js', 'npx jest test/gate.test.ts'],
    // A CommonJS project's: Node takes a file with imports for a script there.
    [{}, "from 'node:test'", '../handlers/gate.js', 'npx tsx --test test/gate.test.ts'],
    [{ type: 'module' }, "from 'node:test'", ...byNode],
    [{ dependencies: { tsx: '4' } }, "from 'node:test'", '../handlers/gate.js', 'npx tsx --test test/gate.test.ts'],
  ])('writes a test for the runner that %j names', async (manifest, imported, handler, command) => {
    const folder = projectElsewhere({ 'package.json': manifest });
    const { stdout } = await runCli(['new', 'pipeline-job', 'gate'], { cwd: folder });
    const test = readFileSync(path.join(folder, 'test', 'gate.test.ts'), 'utf8');
    expect(test).toContain(imported);
    expect(test).toContain(`import { handler } from '${handler}';\n`);
    expect(stdout.trimEnd().endsWith(`\n  ${command}`)).toBe(true);
  });

  it.each([
    ['vitest at the root of a workspace', { devDependencies: { vitest: '5' } }, {}, 'npx vitest run'],
    ['jest at the root of a workspace', { devDependencies: { jest: '30' } }, {}, 'npx jest'],
    [
      'its own runner first',
      { devDependencies: { jest: '30' } },
      { devDependencies: { vitest: '5' } },
      'npx vitest run',
    ],
  ])('finds %s', async (_what, root, own, command) => {
    const manifests = { 'package.json': root, 'packages/jobs/package.json': { dependencies: { zod: '4' }, ...own } };
    const cwd = path.join(projectElsewhere(manifests), 'packages', 'jobs');
    const { stdout } = await runCli(['new', 'pipeline-job', 'gate'], { cwd });
    expect(stdout.trimEnd()).toMatch(new RegExp(`\\n {2}${command} test/gate\\.test\\.ts$`));
  });

  it('looks for a runner no further than the repository', async () => {
    const manifests = {
      'package.json': { devDependencies: { jest: '30' } },
      'own/package.json': {},
      'own/.git/HEAD': '',
    };
    const cwd = path.join(projectElsewhere(manifests), 'own');
    const { stdout } = await runCli(['new', 'pipeline-job', 'gate'], { cwd });
    expect(stdout).toContain('npx tsx --test test/gate.test.ts');
  });

  it.each<[string, Readonly<Record<string, unknown>>, readonly [string, string]]>([
    ['says nothing', {}, ['../handlers/gate.js', 'npx tsx --test test/gate.test.ts']],
    ['lets imports end in .ts', { allowImportingTsExtensions: true }, byNode],
    ['rewrites such imports', { rewriteRelativeImportExtensions: true }, byNode],
  ])('writes imports that compile where tsconfig.json %s', async (_what, compilerOptions, [handler, command]) => {
    const tsconfig = `// Ours.\n${JSON.stringify({ compilerOptions })}`;
    const folder = projectElsewhere({ 'package.json': { type: 'module' }, 'tsconfig.json': tsconfig });
    const { stdout } = await runCli(['new', 'pipeline-job', 'gate', '--test', 'node'], { cwd: folder });
    expect(readFileSync(path.join(folder, 'test', 'gate.test.ts'), 'utf8')).toContain(`from '${handler}';`);
    expect(stdout.trimEnd().endsWith(`\n  ${command}`)).toBe(true);
  });

  it('reads a package.json that a program of Windows has written', async () => {
    const folder = project();
    writeFileSync(path.join(folder, 'package.json'), '\ufeff{\r\n  "devDependencies": { "vitest": "5" }\r\n}\r\n');
    const { stdout, stderr } = await runCli(['new', 'pipeline-job', 'gate'], { cwd: folder });
    expect(stderr).toBe('');
    expect(stdout).toContain('npx vitest run test/gate.test.ts');
  });

  it('writes a test for the runner that --test names, or none', async () => {
    const folder = project();
    const written = async (...args: string[]) =>
      (await runCli(['new', 'pipeline-job', ...args], { cwd: folder })).stdout;
    expect(await written('one', '--test', 'node')).toContain(byNode[1].replace('gate', 'one'));
    const stdout = await written('two', '--test', 'none');
    expect(stdout).toContain('wrote handlers/two.ts');
    expect(stdout).not.toContain('two.test.ts');
    expect(readdirSync(path.join(folder, 'test'))).toEqual(['one.test.ts']);
    const { code, stderr } = await runCli(['new', 'pipeline-job', 'three', '--test', 'mocha'], { cwd: folder });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'ringback: --test must be jest, vitest, node, none, but is "mocha"\n',
    });
  });

  it('names what the lines need of the stack', async () => {
    const { stdout } = await runCli(['new', 'job-worker', 'licence-check'], { cwd: project() });
    expect(stdout).toContain('In your stack, where `stage` is a stage of the pipeline:\n');
    expect(stdout).toContain("const licenceCheckWorker = new CustomActionWorker(this, 'LicenceCheck', {");
  });

  it('colours what a terminal shows, unless it may not', async () => {
    const coloured = { FORCE_COLOR: '1' };
    const args = ['new', 'pipeline-job', 'gate'];
    expect((await runCli(args, { cwd: project(), env: coloured })).stdout).toContain('\u001b[32m✔');
    const plain = await runCli(args, { cwd: project(), env: { ...coloured, NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain('\u001b');
  });

  it('lists the kinds with --help', async () => {
    const { stdout } = await runCli(['new', '--help']);
    for (const [kind, { summary }] of Object.entries(kinds))
      expect(stdout).toMatch(new RegExp(`^  ${kind} +${summary}$`, 'm'));
  });

  it('writes over no file, and then writes none', async () => {
    const folder = project();
    mkdirSync(path.join(folder, 'test'));
    writeFileSync(path.join(folder, 'test', 'gate.test.ts'), 'mine');
    const { code, stderr } = await runCli(['new', 'pipeline-job', 'gate', '--dir', '.'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ringback: test\/gate\.test\.ts is there already, and nothing is written over it;/);
    expect(readFileSync(path.join(folder, 'test', 'gate.test.ts'), 'utf8')).toBe('mine');
    expect(readdirSync(folder)).toEqual(['test']);
  });

  it('tells a program what it wrote', async () => {
    const folder = project();
    const { stdout } = await runCli(['new', 'pipeline-job', 'gate', '--dir', 'sub', '--json'], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual({
      files: ['sub/handlers/gate.ts', 'sub/test/gate.test.ts'],
      infra: expect.stringContaining("from 'ringback/infra'"),
      packages: [],
      events: [{ file: 'sub/handlers/gate.ts', event: 'codepipeline-job' }],
    });
  });

  it.each([
    [[], /say what: KIND NAME; kinds are\n {2}pipeline-job /],
    [['pipeline-job'], /say what/],
    [['fax', 'x'], /there is no kind "fax"; kinds are\n {2}pipeline-job /],
    [['constructor', 'x'], /there is no kind "constructor"/],
    [['pipeline-job', '../x'], /kebab-case of at most 35 characters, such as release-check, but is "\.\.\/x"/],
    [['pipeline-job', 'MyGate'], /kebab-case/],
    [['job-worker', `a${'-b'.repeat(18)}`], /at most 35 characters/],
    [['pipeline-job', 'a', 'b'], /unexpected "b"/],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await runCli(['new', ...args], { cwd: project() });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
