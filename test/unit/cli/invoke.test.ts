import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLocalCloud } from 'ringback/local';
import { pipelineJobEvent } from 'ringback/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from './run-cli.ts';

const HANDLERS = fileURLToPath(new URL('fixtures/handlers.ts', import.meta.url));

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const APP = { name: 'App', bucket: 'artifacts', key: 'p/App/1', revision: '1' };

function invoke(exportName: string, ...args: string[]) {
  return runCli(['invoke', HANDLERS, '--export', exportName, '--event', 'codepipeline-job', ...args]);
}

function temporaryFile(name: string, content: string | Buffer): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringback-invoke-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, name), content);
  return path.join(folder, name);
}

describe('ringback invoke', () => {
  it('shows the log and the answer that the handler would give', async () => {
    const { code, stdout, stderr } = await invoke('succeeds', '--env', 'GREETING=hello');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('│ at work greeting=hello');
    expect(stdout).toContain('← PutJobSuccessResult checked against the API model');
    expect(stdout).toContain('"Greeting": "hello"');
    expect(stdout).toMatch(/✔ answered once \(\d+ ms with its cold start/);
    expect(stdout).not.toContain('RINGBACK_LEDGER_TABLE');
  });

  it('shows a long reason whole where it is no terminal', async () => {
    const { stdout } = await invoke('failsAtLength');
    const lines = stdout.split('\n');
    const whole = `${'the step failed, '.repeat(100)}and this is the cause`;
    expect(lines.filter((line) => line.includes('│') && line.includes(`reason=${whole}`))).toHaveLength(2);
    expect(lines.filter((line) => line.includes(`"message": "${whole}`))).toHaveLength(1);
    expect(stdout).not.toContain('…');
  });

  it('gives a program one JSON document', async () => {
    const { stdout } = await invoke('succeeds', '--json');
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ verdict: 'answered', owed: 1, returned: null });
    expect(report.answers).toMatchObject([{ input: { outputVariables: { Greeting: 'none' } } }]);
    expect(report.durationMs).toBeGreaterThan(0);
    expect(report.log.map((line: string) => JSON.parse(line).message)).toEqual(['at work', 'answered']);
  });

  it('reads the event from a file or from stdin', async () => {
    const event = JSON.stringify(pipelineJobEvent({ id: '11111111-2222-4333-8444-555555555555' }));
    const args = ['invoke', HANDLERS, '--export', 'fails', '--json', '--event'];
    const runs = [
      await runCli([...args, temporaryFile('event.json', event)]),
      await runCli([...args, '-'], { stdin: event }),
    ];
    for (const { code, stdout } of runs) {
      expect(code).toBe(0);
      expect(JSON.parse(stdout).answers).toMatchObject([
        {
          operation: 'PutJobFailureResult',
          input: { jobId: '11111111-2222-4333-8444-555555555555', failureDetails: { message: 'not today' } },
        },
      ]);
    }
  });

  it.each<[string, (json: string) => Buffer]>([
    [
      'UTF-8 with a byte order mark and line ends of Windows',
      (json) => Buffer.from(`\ufeff${json.replaceAll('\n', '\r\n')}`),
    ],
    ['UTF-16, as PowerShell writes it', (json) => Buffer.from(`\ufeff${json}`, 'utf16le')],
    ['UTF-16, the other way round', (json) => Buffer.from(`\ufeff${json}`, 'utf16le').swap16()],
  ])('reads an event in %s', async (_what, encode) => {
    const event = encode(JSON.stringify(pipelineJobEvent({ id: '11111111-2222-4333-8444-555555555555' }), null, 2));
    const { stdout, stderr } = await runCli([
      'invoke',
      HANDLERS,
      '--export',
      'fails',
      '--json',
      '--event',
      temporaryFile('event.json', event),
    ]);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout).answers).toMatchObject([{ input: { jobId: '11111111-2222-4333-8444-555555555555' } }]);
  });

  it('runs a JavaScript file, and asks no answer of an event that nobody waits behind', async () => {
    const handler = temporaryFile('double.mjs', 'export const handler = async ({ n }) => 2 * n;');
    const { code, stdout } = await runCli(['invoke', handler, '--event', '-', '--json'], { stdin: '{"n":21}' });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'returned', owed: 0, returned: 42, answers: [] });
  });

  it.each([
    ['handlers/parameter-parser.ts', 'servicecatalog-parameters'],
    ['handlers/artifact-manifest.ts', 'codepipeline-job'],
    ['examples/check-upload.ts', 'transfer-step-s3'],
    ['examples/check-upload.ts', 'transfer-step-efs'],
  ])('has the files of a sample: %s with %s', async (handler, event) => {
    const { code, stdout } = await runCli(['invoke', handler, '--event', event, '--json'], { cwd: ROOT });
    const { verdict, answers, error } = JSON.parse(stdout);
    expect({ code, verdict, error }).toMatchObject({
      code: 0,
      verdict: expect.stringMatching(/^(answered|returned)$/),
    });
    expect(JSON.stringify(answers)).not.toMatch(/NoSuch|is gone|not mounted/);
  });

  it('has files and artifacts of the user: a file, a zip archive, a folder', async () => {
    const event = JSON.stringify(pipelineJobEvent({ parameters: {}, inputArtifacts: [APP] }));
    const own = temporaryFile('own.txt', 'mine');
    const folder = path.dirname(own);
    const args = ['invoke', HANDLERS, '--export', 'readsFiles', '--json', '--file', `s3://any-bucket/a/own.txt=${own}`];
    const sample = await runCli([...args, '--event', 'codepipeline-job', '--artifact', `App=${folder}`]);
    const file = temporaryFile('event.json', event);
    const given = await runCli([...args, '--event', file, '--artifact', `App=${folder}`]);
    for (const { stdout } of [sample, given]) {
      expect(JSON.parse(stdout).answers).toMatchObject([
        { input: { outputVariables: { File: 'mine', Artifact: 'App', Entry: 'mine' } } },
      ]);
    }
    const { code, stderr } = await runCli([...args, '--event', file, '--artifact', `Other=${folder}`]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'ringback: the event has no input artifact Other; it has App\n',
    });
  });

  it('keeps the environment of the developer from the handler', async () => {
    const handler = temporaryFile('names.mjs', 'export const handler = async () => Object.keys(process.env);');
    const env = { AWS_PROFILE: 'production', SECRET_OF_MINE: 'x' };
    const { stdout } = await runCli(['invoke', handler, '--event', '-', '--json'], { stdin: '{}', env });
    expect(JSON.parse(stdout).returned).not.toContain('SECRET_OF_MINE');
    expect(JSON.parse(stdout).returned).not.toContain('AWS_PROFILE');
  });

  it('names the way to a handler that is all of module.exports', async () => {
    const handler = temporaryFile('whole.cjs', 'module.exports = async () => 1;');
    const run = (...args: string[]) => runCli(['invoke', handler, '--event', '-', ...args], { stdin: '{}' });
    const { code, stdout } = await run();
    expect(code).toBe(1);
    expect(stdout).toContain('✘ crashed: the file has no such export; --export names another, and default is what');
    expect(await run('--export', 'default')).toMatchObject({ code: 0, stdout: expect.stringContaining('✔ returned') });
  });

  it('names the line of the source where the logic threw', async () => {
    const { code, stdout } = await invoke('breaks');
    expect(code).toBe(0);
    expect(stdout).toMatch(/│ the logic failed .*out of range/);
    expect(stdout).toContain(`${HANDLERS}:22:`);
    expect(stdout).toContain('"message": "RangeError: out of range"');
  });

  it('leads the handler to a running local cloud when asked to', async () => {
    const cloud = await createLocalCloud();
    onTestFinished(() => cloud.stop());
    const calls: string[] = [];
    cloud.events.on('call', ({ operation, error }) => calls.push(`${operation} ${error}`));
    const { code, stdout } = await invoke('fails', '--endpoint', cloud.endpoint, '--json');
    expect(calls).toEqual(['PutJobFailureResult JobNotFoundException']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'returned' });
    expect(JSON.parse(stdout).answers).toBeUndefined();
  });

  it.each<[string, string, string[], string, RegExp]>([
    ['continues', 'answered', [], '✔ answered once', /"continuationToken": "rb1:/],
    ['throws', 'threw', [], '✘ threw: nobody is answered', /TypeError: no such thing\n {2}at .*handlers\.ts:26:/],
    ['forgets', 'unanswered', [], '✘ returned without an answer', /← returned\n {2}\{\n {4}"done": true/],
    ['hangs', 'timed-out', ['--timeout', '1'], '✘ timed out after 1 s', /Task timed out after 1\.00 seconds/],
    ['dies', 'crashed', [], '✘ crashed: its process ended', /exit status 3/],
    ['answersTwice', 'answered-twice', [], '✘ answered 2 times', /← PutJobSuccessResult/],
  ])('says of a handler that %s that it %s', async (exportName, verdict, args, ending, detail) => {
    const { code, stdout } = await invoke(exportName, ...args);
    expect(stdout).toContain(ending);
    expect(stdout).toMatch(detail);
    expect(code).toBe(verdict === 'answered' ? 0 : 1);
    expect(JSON.parse((await invoke(exportName, '--json', ...args)).stdout).verdict).toBe(verdict);
  });
});

describe('what invoke cannot take', () => {
  const known = ['--event', 'codepipeline-job'];

  it.each<[string, string[], RegExp]>([
    ['no handler', known, /name the file of a handler/],
    ['no event', [HANDLERS], /name an event: --event FILE, - or one of codepipeline-job/],
    [
      'an event that is nowhere',
      [HANDLERS, '--event', 'nope'],
      /neither a file nor a sample event "nope"; the samples/,
    ],
    ['an event that is no JSON', [HANDLERS, '--event', HANDLERS], /handlers\.ts is not JSON/],
    ['a handler that is nowhere', ['nowhere.ts', ...known], /cannot bundle the handler nowhere\.ts:\n {2}there is no/],
    ['an export that is not there', [HANDLERS, ...known, '--export', 'x'], /does not export x; it exports .*succeeds/],
    ['a timeout of 0', [HANDLERS, ...known, '--timeout', '0'], /--timeout must be a number from 1 to 900, but is "0"/],
    ['a variable without a value', [HANDLERS, ...known, '--env', 'X'], /--env must look like NAME=value, but is "X"/],
    ['a variable of Lambda', [HANDLERS, ...known, '--env', 'AWS_REGION=x'], /--env: .*AWS_REGION/],
    ['a way out', [HANDLERS, ...known, '--env', 'AWS_ENDPOINT_URL_S3=https://x'], /out of this machine; --endpoint/],
    ['a file without a path', [HANDLERS, ...known, '--file', 's3://a/b'], /--file must look like s3:\/\/BUCKET\/KEY=/],
    ['a file that is nowhere', [HANDLERS, ...known, '--file', 's3://a/b=nope'], /nope cannot be read: ENOENT/],
    ['an artifact without a name', [HANDLERS, ...known, '--artifact', './a'], /--artifact must look like NAME=/],
    [
      'files for a cloud',
      [HANDLERS, ...known, '--file', 's3://a/b=c', '--endpoint', 'http://127.0.0.1:1'],
      /leave out/,
    ],
    ['a cloud elsewhere', [HANDLERS, ...known, '--endpoint', 'https://example.com'], /must be the address of a local/],
    [
      'a cloud that does not run',
      [HANDLERS, ...known, '--endpoint', 'http://127.0.0.1:9'],
      /no running local cloud: .*ECONNREFUSED.*; start it with ringback local/,
    ],
  ])('%s: says so, exit code 2', async (_case, args, message) => {
    const { code, stdout, stderr } = await runCli(['invoke', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^ringback: /);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});
