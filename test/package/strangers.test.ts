import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../build/manifest.ts';
import { measureInstall } from './footprint.ts';
import { packPackage } from './packed-package.ts';

/** Installs from the registry that npm is set to; minutes long. */
const isOn = process.env.RINGBACK_REGISTRY === '1';
const when = isOn ? '' : ' (runs where RINGBACK_REGISTRY=1: it installs from the npm registry)';
const LONG_MS = 1_200_000;

const root = path.join(import.meta.dirname, '../..');
const work = mkdtempSync(path.join(tmpdir(), 'ringback-strangers-'));
const { peerDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
/** The oldest CDK that is promised: it is lowered by what this file finds, and by nothing else. */
const [oldestCdk] = /[\d.]+/.exec(peerDependencies['aws-cdk-lib']) ?? [];
let tarball: string;
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Runs a command line in a folder, with a Node of a major version in front where one is given. */
function run(cwd: string, line: string, major?: string): string {
  const { PATH = '', HOME = '' } = process.env;
  // What this project has on its PATH no stranger has.
  const own = PATH.split(path.delimiter).filter((folder) => !folder.startsWith(root));
  const front = major === undefined ? [] : [path.join(work, `node-${major}`, 'node_modules/node/bin')];
  const env = { HOME, CI: '1', PATH: [...front, ...own].join(path.delimiter) };
  try {
    return execFileSync('/bin/sh', ['-c', `${line} 2>&1`], { cwd, env, encoding: 'utf8', maxBuffer: 2 ** 26 });
  } catch (error) {
    throw new Error(`${line} failed:\n${(error as { stdout: string }).stdout}`);
  }
}

const install = 'npm install --no-audit --no-fund';

describe.skipIf(!isOn)(`a stranger's project${when}`, () => {
  beforeAll(() => {
    ({ tarball } = packPackage(work));
    for (const major of ['20', '22', '24']) {
      mkdirSync(path.join(work, `node-${major}`));
      writeFileSync(
        path.join(work, `node-${major}/package.json`),
        '{ "private": true, "allowScripts": { "node": true } }',
      );
      run(path.join(work, `node-${major}`), `${install} node@${major}`);
    }
  }, LONG_MS);

  describe('as cdk init makes it', () => {
    const folder = path.join(work, 'shop');
    beforeAll(() => {
      mkdirSync(folder);
      const cdk = path.join(root, 'node_modules/aws-cdk/bin/cdk');
      run(folder, `node ${cdk} init app --language typescript --generate-only --no-notices`);
      run(folder, `${install} ${tarball}`);
      for (const part of ['lib', 'handlers', 'test']) {
        cpSync(path.join(import.meta.dirname, 'commonjs', part), path.join(folder, part), { recursive: true });
      }
      rmSync(path.join(folder, 'test/shop.test.ts'));
      const app = readFileSync(path.join(folder, 'bin/shop.ts'), 'utf8');
      writeFileSync(
        path.join(folder, 'bin/shop.ts'),
        app.replaceAll('ShopStack', 'GateStack').replace('../lib/shop-stack', '../lib/gate-stack'),
      );
      run(folder, 'npx ringback new pipeline-job release-check && npx ringback new workflow-step check-upload');
    }, LONG_MS);

    it.each(['20', '22', '24'])(
      'passes its npm test on Node %s, with what ringback new wrote',
      (major) => {
        expect(run(folder, 'npm test', major)).toContain('5 passed, 5 total');
      },
      LONG_MS,
    );

    it(
      'synthesizes by its own cdk.json, type check included',
      () => {
        run(folder, 'npx cdk synth --quiet --no-notices', '24');
        expect(readdirSync(path.join(folder, 'cdk.out'))).toContain('GateStack.template.json');
      },
      LONG_MS,
    );

    it(
      'invokes a handler and runs the stack in the local cloud',
      () => {
        expect(run(folder, 'npx ringback invoke handlers/release-check.ts --event codepipeline-job')).toContain(
          'answered once',
        );
        expect(run(folder, 'npx ringback local --once --port 0', '24')).toContain('ringback local ready on');
      },
      LONG_MS,
    );
  });

  it(
    'of the old style (commonjs, node10, ts-jest, ts-node) with the oldest CDK compiles, tests and synthesizes',
    () => {
      const folder = path.join(work, 'old');
      cpSync(path.join(import.meta.dirname, 'commonjs'), folder, { recursive: true });
      writeFileSync(
        path.join(folder, 'package.json'),
        '{ "name": "old", "private": true, "scripts": { "test": "jest" } }',
      );
      const compilerOptions = { target: 'ES2020', module: 'commonjs', lib: ['es2020'], strict: true, noEmit: true };
      writeFileSync(
        path.join(folder, 'tsconfig.json'),
        JSON.stringify({ compilerOptions: { ...compilerOptions, typeRoots: ['./node_modules/@types'] } }),
      );
      writeFileSync(
        path.join(folder, 'jest.config.js'),
        `module.exports = { roots: ['<rootDir>/test'], transform: { '^.+\\\\.tsx?$': 'ts-jest' } };\n`,
      );
      const tools = 'typescript@5.9 ts-jest@29 jest@29 @types/jest@29 @types/node@20 ts-node@10 esbuild@0.28';
      run(folder, `${install} ${tarball} aws-cdk-lib@${oldestCdk} constructs@10 ${tools}`);
      run(folder, 'npx tsc -p .', '20');
      expect(run(folder, 'npm test', '20')).toContain('3 passed, 3 total');
      run(folder, 'npx ts-node --prefer-ts-exts app.ts', '20');
      expect(readdirSync(path.join(folder, 'cdk.out'))).toContain('Gates.template.json');
    },
    LONG_MS,
  );

  it(
    'is offered types that resolve in every mode',
    () => {
      const folder = path.join(work, 'attw');
      mkdirSync(folder);
      writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
      run(folder, `${install} @arethetypeswrong/cli@0.18`);
      expect(run(folder, `npx attw ${tarball}`)).toContain('No problems found');
    },
    LONG_MS,
  );

  it(
    'is small: at most 15 packages and 12 MB for a handler, 45 MB beside the CDK itself',
    () => {
      const handler = measureInstall([tarball]);
      const cdk = ['aws-cdk-lib', 'constructs'];
      const bare = measureInstall(cdk);
      const constructs = measureInstall([tarball, 'esbuild', ...cdk]);
      const added = Math.round((constructs.megabytes - bare.megabytes) * 10) / 10;
      process.stdout.write(
        `a handler's project: ${handler.packages.length} packages, ${handler.megabytes} MB (${handler.packages.join(', ')})\n` +
          `a CDK project, esbuild included: ${added} MB more than the CDK's own ${bare.megabytes} MB\n`,
      );
      expect(handler.packages.length).toBeLessThanOrEqual(15);
      expect(handler.megabytes).toBeLessThanOrEqual(12);
      expect(added).toBeLessThanOrEqual(45);
      expect(new Set(handler.packages).size).toBe(handler.packages.length);
      expect(handler.packages).toEqual(expect.arrayContaining(Object.keys(readManifest().dependencies)));
    },
    LONG_MS,
  );
});
