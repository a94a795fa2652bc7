import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { runCli } from './run-cli.ts';

type Files = Readonly<Record<string, unknown>>;

/** A folder with files; those that are no text are written as JSON. */
function folder(files: Files): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'ringback-bad-input-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return dir;
}

const MANIFEST = {
  version: '48.0.0',
  artifacts: { Shop: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Shop.json' } } },
};

/** An assembly whose only stack has this template. */
function assembly(template: unknown): Files {
  return { 'manifest.json': MANIFEST, 'Shop.json': template };
}

const role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
  },
};

/** A function whose code is an asset that nobody wrote. */
const lostAsset = assembly({
  Resources: {
    Role: role,
    Fn: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { S3Bucket: 'assets', S3Key: 'abc.zip' },
      },
      Metadata: { 'aws:asset:path': 'asset.abc', 'aws:asset:property': 'Code' },
    },
  },
});

const untyped = { Resources: { Jobs: {} } };
const badQueue = { Resources: { Jobs: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 'soon' } } } };

const unknown = { Resources: { Jobs: { Type: 'AWS::SQS::Queue', Properties: { Colour: 'blue' } } } };

const QUEUE = { Resources: { Jobs: { Type: 'AWS::SQS::Queue' } } };

describe('ringback local', () => {
  it.each<[string, Files, string[], RegExp]>([
    ['no cdk.json', {}, [], /there is no cdk\.json in .*name a folder with --assembly/],
    ['a cdk.json that is no JSON', { 'cdk.json': '{' }, [], /cdk\.json is not JSON/],
    ['a cdk.json without an app', { 'cdk.json': {} }, [], /cdk\.json names no "app"/],
    ['an app that fails', { 'cdk.json': { app: 'echo no such stack; exit 3' } }, [], /exit code 3:\nno such stack$/m],
    ['no assembly', {}, ['--assembly', 'nowhere'], /nowhere/],
    ['a template that is no JSON', assembly('{"Resources": '), ['--assembly', '.'], /Shop\.json.* JSON/],
    ['a template that is no object', assembly([]), ['--assembly', '.'], /malformed: the document must be a JSON/],
    ['a resource of no type', assembly(untyped), ['--assembly', '.'], /Resources\.Jobs\.Type must be a/],
    ['a property of no use', assembly(badQueue), ['--assembly', '.'], /Jobs \(AWS::SQS::Queue\).*but is soon/],
    ['a reference to nothing', assembly(refTo('Nobody')), ['--assembly', '.'], /Nobody/],
    ['a missing asset', lostAsset, ['--assembly', '.'], /asset\.abc/],
    ['a stack that is not there', assembly(QUEUE), ['--assembly', '.', '--stack', 'Nope'], /no stack "Nope".*Shop/],
    [
      'no scenarios',
      assembly(QUEUE),
      ['--assembly', '.', '--scenarios', 'x.ts'],
      /there is no file x\.ts: give the path of a scenario module/,
    ],
    ['a port that is none', {}, ['--port', '99999'], /--port must be a number from 0 to 65535, but is "99999"/],
    ['a speed of 0', {}, ['--speed', '0'], /--speed must be a number from 1 to 100000/],
    ['an unknown option', {}, ['--sped', '2'], /Unknown option '--sped'; see --help/],
    ['a parameter of no shape', {}, ['--parameter', 'x'], /--parameter must look like Stack\.Parameter=value/],
    [
      'a stub of no shape',
      {},
      ['--stub', 'CodeBuild=explode'],
      /stub "CodeBuild=explode" cannot be read: .* write ACTION=/,
    ],
    ['a stub of no folder', {}, ['--stub', 'GitHub=folder:nowhere'], /takes the folder nowhere, but there is no such/],
    [
      'a stub of no action',
      assembly(QUEUE),
      ['--assembly', '.', '--stub', 'Biuld=succeed'],
      /--stub Biuld fits no action/,
    ],
    ['strict and not strict', {}, ['--strict', '--no-strict'], /--strict and --no-strict exclude each other/],
    [
      'an unsimulated property',
      assembly(unknown),
      ['--assembly', '.'],
      /property Colour of AWS::SQS::Queue \(Shop\.Jobs\)/,
    ],
  ])('%s: says what is wrong, exit code 2', async (_case, files, args, message) => {
    const port = args.includes('--port') ? [] : ['--port', '0'];
    const { code, stdout, stderr } = await runCli(['local', '--once', '--quiet', ...port, ...args], {
      cwd: folder(files),
    });
    expect(stderr).toMatch(/^ringback: /);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('says that a port is in use, and what to do, exit code 2', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const args = ['local', '--once', '--assembly', '.', '--port', String(port)];
    expect(await runCli(args, { cwd: folder(assembly(QUEUE)) })).toEqual({
      code: 2,
      stdout: '',
      stderr: `ringback: port ${port} is in use; stop what listens there, or choose another port (0 takes a free one)\n`,
    });
  });
});

describe('ringback local --once --no-strict', () => {
  it('tells of what is not simulated, and goes on', async () => {
    const args = ['local', '--once', '--no-strict', '--port', '0', '--assembly', '.'];
    const { code, stdout } = await runCli(args, { cwd: folder(assembly(unknown)) });
    expect(stdout).toContain('able to change the outcome: property Colour of AWS::SQS::Queue (Shop.Jobs)');
    expect(code).toBe(0);
  });
});

describe('ringback', () => {
  it('tells its version', async () => {
    expect(await runCli(['--version'])).toMatchObject({ code: 0, stdout: `${packageJson.version}\n`, stderr: '' });
  });

  it('lists its commands, and takes no unknown one', async () => {
    const overview = await runCli(['--help']);
    expect(overview.code).toBe(0);
    for (const verb of ['local', 'new', 'invoke', 'event', 'open', 'complete']) {
      expect(overview.stdout).toMatch(new RegExp(`^  ${verb} +\\S`, 'm'));
      const help = await runCli([verb, '--help']);
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toMatch(new RegExp(`^ringback ${verb} `));
    }
    expect(await runCli(['constructor'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ringback has no command "constructor"; it has local, new,'),
    });
  });
});

function refTo(logicalId: string): object {
  return { Resources: { Jobs: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: logicalId } } } } };
}
