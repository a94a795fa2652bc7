import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { answeringProgram, operationsIn } from './answering-program.ts';
import { packOnce } from './pack-once.ts';
import { type Consumer, node, tsc, unpackInto } from './packed-package.ts';

const work = mkdtempSync(path.join(tmpdir(), 'ringback-commonjs-'));
const folder = path.join(work, 'project');
let consumer: Consumer;

/** What the template of `cdk init` has, as far as it needs no further package. */
const compilerOptions = {
  target: 'ES2022',
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  lib: ['es2022'],
  strict: true,
  skipLibCheck: true,
  types: ['node'],
  outDir: 'out',
};

beforeAll(async () => {
  const packed = await packOnce();
  cpSync(path.join(import.meta.dirname, 'commonjs'), folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "name": "project", "private": true }');
  writeFileSync(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['app.ts', 'lib', 'handlers'] }),
  );
  consumer = { folder, ...unpackInto(folder, packed) };
}, 180_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

const command = () => path.join(consumer.installed, consumer.manifest.bin.ringback ?? '');

describe('a CommonJS project', () => {
  it('requires every entry, with the exports that the ES modules have', async () => {
    const names = Object.keys(consumer.manifest.exports)
      .filter((entry) => entry !== './package.json')
      .map((entry) => path.posix.join('ringback', entry));
    const program = `
      const found = {};
      for (const name of ${JSON.stringify(names)}) found[name] = Object.keys(require(name)).sort();
      process.stdout.write(JSON.stringify({ found, files: Object.keys(require.cache) }));`;
    const { found, files } = JSON.parse(node(folder, '--eval', program));
    for (const name of names) expect(found[name], name).toEqual(Object.keys(await import(name)).sort());
    // As a test runner needs it that knows no ES modules.
    expect(files.filter((file: string) => /ringback.dist.*\.js$/.test(file))).toEqual([]);
  });

  it("may have both halves in one process: they know each other's errors, share the ledger and the constructs", () => {
    expect(JSON.parse(node(folder, 'two-halves.cjs'))).toEqual({
      twoHalves: true,
      oneRingback: true,
      known: [true, true],
      states: ['waiting', 'waiting'],
      failureType: 'ConfigurationError',
    });
  });

  it('compiles its stack and its handlers, and synthesizes', () => {
    expect(node(folder, tsc, '-p', '.')).toBe('');
    expect(node(folder, 'out/app.js')).toBe('');
    const assets = readdirSync(path.join(folder, 'cdk.out')).filter((name) => name.startsWith('asset.'));
    expect(assets).toHaveLength(3);
    for (const asset of assets) expect(readdirSync(path.join(folder, 'cdk.out', asset))).toContain('index.mjs');
  }, 180_000);

  it.each(['handlers/gate.ts', 'handlers/old-gate.js'])('has the command invoke %s', (handler) => {
    const output = node(folder, command(), 'invoke', handler, '--event', 'codepipeline-job', '--json');
    expect(JSON.parse(output)).toMatchObject({
      verdict: 'answered',
      answers: [{ operation: 'PutJobSuccessResult', input: { outputVariables: { Well: 'yes' } } }],
    });
  });

  it.each(['esm', 'cjs'] as const)(
    'bundles its handlers with an esbuild of its own, format %s, and they answer',
    async (format) => {
      const extension = format === 'esm' ? '.mjs' : '.cjs';
      for (const handler of ['gate.ts', 'old-gate.js']) {
        await build({
          absWorkingDir: folder,
          entryPoints: { handler: `handlers/${handler}` },
          outdir: 'bundled',
          outExtension: { '.js': extension },
          bundle: true,
          format,
          platform: 'node',
          logLevel: 'silent',
        });
        writeFileSync(path.join(folder, 'answer.mjs'), answeringProgram(`./bundled/handler${extension}`));
        expect(operationsIn(node(folder, 'answer.mjs')), `${format} of ${handler}`).toEqual(['PutJobSuccessResult']);
      }
    },
  );
});

describe('a project without the optional packages', () => {
  const bare = path.join(work, 'bare');
  let installed: string;
  const run = (...args: string[]) => {
    try {
      return node(bare, ...args);
    } catch (error) {
      return (error as Error).message;
    }
  };
  beforeAll(() => {
    mkdirSync(bare);
    writeFileSync(path.join(bare, 'package.json'), '{ "name": "bare", "private": true }');
    cpSync(path.join(folder, 'handlers'), path.join(bare, 'handlers'), { recursive: true });
    const without = ['esbuild', '@aws-sdk/credential-provider-node', 'aws-cdk-lib', 'constructs'];
    ({ installed } = unpackInto(bare, consumer, { without }));
  });
  const ownCommand = () => path.join(installed, consumer.manifest.bin.ringback ?? '');

  it('runs its handlers', () => {
    const program = `
      const { lambdaContext, pipelineJobEvent, recordAnswers } = require('ringback/testing');
      const { handler } = require('./handlers/old-gate.js');
      recordAnswers().then(async (service) => {
        await handler(pipelineJobEvent(), lambdaContext());
        console.log(service.answers[0].operation);
        await service.close();
      });`;
    expect(run('--eval', program)).toContain('PutJobSuccessResult');
  });

  it('is told the command that installs esbuild', () => {
    const said = run(ownCommand(), 'invoke', 'handlers/old-gate.js', '--event', 'codepipeline-job');
    expect(said).toContain('esbuild is not installed; run npm install --save-dev esbuild');
  });

  it('is told it in the words of its package manager', () => {
    writeFileSync(path.join(bare, 'yarn.lock'), '');
    onTestFinished(() => rmSync(path.join(bare, 'yarn.lock')));
    const said = run(ownCommand(), 'invoke', 'handlers/old-gate.js', '--event', 'codepipeline-job');
    expect(said).toContain('esbuild is not installed; run yarn add --dev esbuild');
  });

  it.each([
    ['the project of the handler', 'handlers/old-gate.js', '.'],
    ['the working directory', '../bare/handlers/old-gate.js', '../here'],
  ])('has the command take esbuild from %s, where the package stands elsewhere', (_whose, handler, cwd) => {
    const own = path.join(bare, cwd, 'node_modules');
    const elsewhere = path.join(work, 'elsewhere');
    mkdirSync(own, { recursive: true });
    mkdirSync(elsewhere, { recursive: true });
    const without = ['esbuild', '@aws-sdk/credential-provider-node', 'aws-cdk-lib', 'constructs'];
    const other = unpackInto(elsewhere, consumer, { without });
    symlinkSync(
      path.dirname(createRequire(import.meta.url).resolve('esbuild/package.json')),
      path.join(own, 'esbuild'),
    );
    try {
      const main = path.join(other.installed, consumer.manifest.bin.ringback ?? '');
      const said = node(path.join(bare, cwd), main, 'invoke', handler, '--event', 'codepipeline-job', '--json');
      expect(JSON.parse(said)).toMatchObject({ verdict: 'answered' });
    } finally {
      rmSync(path.join(own, 'esbuild'));
      rmSync(elsewhere, { recursive: true });
    }
  });

  it.each(["require('ringback/infra')", "import('ringback/infra')"])(
    'is told the command that installs the CDK, by %s',
    (program) => {
      expect(run('--eval', program)).toContain('ringback/infra needs the CDK; run npm install aws-cdk-lib constructs');
    },
  );

  it('is told the command that installs credentials', () => {
    const said = run(ownCommand(), 'open', '--table', 'Ledger', '--region', 'us-east-1');
    expect(said).toContain('npm install @aws-sdk/credential-provider-node');
  });

  it.each(['esm', 'cjs'] as const)('is bundled all the same, format %s', async (format) => {
    const { warnings } = await build({
      absWorkingDir: bare,
      entryPoints: ['handlers/gate.ts'],
      outdir: 'bundled',
      bundle: true,
      format,
      platform: 'node',
      logLevel: 'silent',
    });
    expect(warnings).toEqual([]);
  });
});
