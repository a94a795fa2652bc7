import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from './run-cli.ts';

/** A folder with files. */
function folder(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'ringback-bad-files-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), content);
  }
  return dir;
}

/** Where nobody listens: nothing gets as far as that. */
const env = { AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };

describe('ringback worker', () => {
  it.each<[string, string, RegExp]>([
    ['ends the process', 'process.exit(0);', /cannot be loaded: it ended the process, with exit code 0$/],
    ['waits for ever', 'await new Promise(() => undefined);', /cannot be loaded: it awaits, .* what never comes$/],
    ['throws null', 'throw null;', /cannot be loaded: it threw null$/],
    ['throws an error', 'throw new Error("no \u001b[31mkey");', /cannot be loaded: no \\u001b\[31mkey$/],
    ['lacks a bracket', 'export const handler = (', /cannot be loaded: /],
  ])('says so of a handler that %s when it is loaded, exit code 2', async (_what, content, message) => {
    const cwd = folder({ 'worker.mjs': content });
    const { code, stdout, stderr } = await runCli(['worker', 'worker.mjs', '--once'], { cwd, env });
    expect(stderr.trimEnd()).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it.each([
    ['nowhere.mjs', 'there is no file nowhere.mjs: give the path of a handler'],
    ['.', ". is a folder: give the path of a handler's file"],
  ])('takes no handler from %s', async (file, message) => {
    const { code, stderr } = await runCli(['worker', file, '--once'], { cwd: folder({}), env });
    expect({ code, stderr }).toEqual({ code: 2, stderr: `ringback: ${message}\n` });
  });
});

describe('ringback local --scenarios', () => {
  const WRONG_SHAPE =
    'the default export of set.mjs must give { scenarios: [{ name, service, title, run }] }, but gave something else';
  it.each<[string, string, string]>([
    ['throws when it is loaded', 'throw new Error("boom");', 'set.mjs cannot be loaded: boom'],
    ['ends the process', 'process.exit(3);', 'set.mjs cannot be loaded: it ended the process, with exit code 3'],
    ['imports what is not there', 'import "./nowhere.mjs";', 'set.mjs cannot be loaded: Cannot find module'],
    ['exports no function', 'export default 5;', 'set.mjs has no default export that prepares scenarios'],
    [
      'fails to prepare',
      'export default () => { throw new Error("no port"); };',
      'set.mjs could not prepare its scenarios: no port',
    ],
    ['gives nothing', 'export default () => undefined;', WRONG_SHAPE],
    ['gives no list', 'export default () => ({});', WRONG_SHAPE],
    ['gives what is no scenario', 'export default () => ({ scenarios: [() => 1] });', WRONG_SHAPE],
  ])('says so of a module that %s, exit code 2', async (_what, content, message) => {
    const cwd = folder({ 'set.mjs': content, 'template.yaml': 'Resources: { Jobs: { Type: AWS::SQS::Queue } }' });
    const args = ['local', '--template', 'template.yaml', '--scenarios', 'set.mjs', '--once', '--quiet', '--port', '0'];
    const { code, stderr } = await runCli(args, { cwd });
    expect(stderr).toContain(`ringback: ${message}`);
    expect(stderr).not.toContain('not foreseen');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(2);
  });

  it('takes a module of CommonJS that TypeScript wrote', async () => {
    const content = 'exports.__esModule = true; exports.default = () => ({ scenarios: [] });';
    const cwd = folder({ 'set.cjs': content, 'template.yaml': 'Resources: { Jobs: { Type: AWS::SQS::Queue } }' });
    const args = ['local', '--template', 'template.yaml', '--scenarios', 'set.cjs', '--once', '--port', '0'];
    const { code, stdout } = await runCli(args, { cwd });
    expect(stdout).toContain('no scenario was played; --scenarios FILE names a module that prepares some\n');
    expect(code).toBe(0);
  });
});

describe('ringback new', () => {
  it.each(['null', '[]', '"shop"', '5'])('takes no package.json that holds %s', async (manifest) => {
    const cwd = folder({ 'package.json': manifest });
    const { code, stderr } = await runCli(['new', 'hook', 'gate'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ringback: .*package\.json must hold a JSON object, but holds .*\n$/);
    expect(readdirSync(cwd)).toEqual(['package.json']);
  });

  it('takes a package.json without packages', async () => {
    const cwd = folder({ 'package.json': '{"dependencies":null,"devDependencies":null}' });
    expect(await runCli(['new', 'hook', 'gate'], { cwd })).toMatchObject({ code: 0, stderr: '' });
  });

  it('writes no handler where its test is a link that leads nowhere', async () => {
    const cwd = folder({ 'handlers/other.ts': '', 'test/other.test.ts': '' });
    symlinkSync(path.join(cwd, 'nowhere'), path.join(cwd, 'test', 'gate.test.ts'));
    const { code, stderr } = await runCli(['new', 'hook', 'gate'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('test/gate.test.ts is there already, and nothing is written over it');
    expect(readdirSync(path.join(cwd, 'handlers'))).toEqual(['other.ts']);
  });

  it('takes the handler back where its test cannot be written', async () => {
    const cwd = folder({ 'handlers/other.ts': '', test: '' });
    const { code, stderr } = await runCli(['new', 'hook', 'gate'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ringback: test\/gate\.test\.ts cannot be written: .*\n$/);
    expect(readdirSync(path.join(cwd, 'handlers'))).toEqual(['other.ts']);
  });
});

describe('ringback invoke', () => {
  it.each([
    ['--artifact', 'App=a.zip', 'App=b.zip', 'App'],
    ['--file', 's3://uploads/a.csv=a.csv', 's3://uploads/a.csv=b.csv', 's3://uploads/a.csv'],
  ])('takes one content for each place of %s', async (option, one, other, place) => {
    const args = ['invoke', 'handler.mjs', '--event', 'codepipeline-job', option, one, option, other];
    const { code, stderr } = await runCli(args, { cwd: folder({}) });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `ringback: ${option} names ${place} twice: give it one content\n`,
    });
  });

  it.each(['b', 'Uploads', 'a_b'])('puts no file into a bucket that cannot be: %s', async (bucket) => {
    const cwd = folder({ 'handler.mjs': 'export const handler = async () => undefined;', 'event.json': '{}' });
    const args = ['invoke', 'handler.mjs', '--event', 'event.json', '--file', `s3://${bucket}/key=event.json`];
    expect(await runCli(args, { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr: `ringback: s3://${bucket}/key cannot be put there: The specified bucket is not valid.\n`,
    });
  });
});
