import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../build/manifest.ts';
import { answeringProgram, operationsIn } from './answering-program.ts';
import { measureInstall } from './footprint.ts';
import { packOnce } from './pack-once.ts';
import { createStrangersMachine } from './strangers-machine.ts';

/** Installs from the registry that npm is set to; minutes long. */
const isOn = process.env.RINGBACK_REGISTRY === '1';
const when = isOn ? '' : ' (runs where RINGBACK_REGISTRY=1: it installs from the npm registry)';
/** More than the limits of a test's commands together, so that a command that hangs is named by its own limit. */
const LONG_MS = 2_100_000;

const root = path.join(import.meta.dirname, '../..');
const work = path.join(tmpdir(), `ringback-strangers-${randomUUID()}`);
const { peerDependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
/** The oldest CDK that is promised: it is lowered by what this file finds, and by nothing else. */
const [oldestCdk] = /[\d.]+/.exec(peerDependencies['aws-cdk-lib']) ?? [];
let tarball: string;
afterAll(() => rmSync(work, { recursive: true, force: true }));

const machine = createStrangersMachine(path.join(work, 'npm-cache'));
const { install } = machine;
const nodeOf = (major: string) => path.join(work, `node-${major}`);

/** Runs a command line in a folder, with a Node of a major version in front where one is given. */
const run = (folder: string, line: string, major?: string) =>
  machine.run(folder, line, major === undefined ? undefined : path.join(nodeOf(major), 'node_modules/node/bin'));

describe.skipIf(!isOn)(`a stranger's project${when}`, () => {
  beforeAll(async () => {
    mkdirSync(work);
    ({ tarball } = await packOnce());
    for (const major of ['20', '22', '24']) {
      mkdirSync(nodeOf(major));
      writeFileSync(path.join(nodeOf(major), 'package.json'), '{ "private": true, "allowScripts": { "node": true } }');
      await install(nodeOf(major), `node@${major}`);
    }
  }, LONG_MS);

  describe('as cdk init makes it', () => {
    const folder = path.join(work, 'shop');
    beforeAll(async () => {
      mkdirSync(folder);
      const cdk = path.join(root, 'node_modules/aws-cdk/bin/cdk');
      await run(folder, `node ${cdk} init app --language typescript --generate-only --no-notices`);
      await install(folder, tarball);
      for (const part of ['lib', 'handlers', 'test']) {
        cpSync(path.join(import.meta.dirname, 'commonjs', part), path.join(folder, part), { recursive: true });
      }
      rmSync(path.join(folder, 'test/shop.test.ts'));
      const app = readFileSync(path.join(folder, 'bin/shop.ts'), 'utf8');
      writeFileSync(
        path.join(folder, 'bin/shop.ts'),
        app.replaceAll('ShopStack', 'GateStack').replace('../lib/shop-stack', '../lib/gate-stack'),
      );
      await run(folder, 'npx ringback new pipeline-job release-check && npx ringback new workflow-step check-upload');
    }, LONG_MS);

    it.each(['20', '22', '24'])(
      'passes its npm test on Node %s, with what ringback new wrote',
      async (major) => {
        expect(await run(folder, 'npm test', major)).toContain('5 passed, 5 total');
      },
      LONG_MS,
    );

    it(
      'synthesizes by its own cdk.json, type check included',
      async () => {
        await run(folder, 'npx cdk synth --quiet --no-notices', '24');
        expect(readdirSync(path.join(folder, 'cdk.out'))).toContain('GateStack.template.json');
      },
      LONG_MS,
    );

    it(
      'invokes a handler and runs the stack in the local cloud',
      async () => {
        expect(await run(folder, 'npx ringback invoke handlers/release-check.ts --event codepipeline-job')).toContain(
          'answered once',
        );
        expect(await run(folder, 'npx ringback local --once --port 0', '24')).toContain('ringback local ready on');
      },
      LONG_MS,
    );
  });

  it(
    'of the old style (commonjs, node10, ts-jest, ts-node) with the oldest CDK compiles, tests and synthesizes',
    async () => {
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
      await install(folder, `${tarball} aws-cdk-lib@${oldestCdk} constructs@10 ${tools}`);
      await run(folder, 'npx tsc -p .', '20');
      expect(await run(folder, 'npm test', '20')).toContain('3 passed, 3 total');
      await run(folder, 'npx ts-node --prefer-ts-exts app.ts', '20');
      expect(readdirSync(path.join(folder, 'cdk.out'))).toContain('Gates.template.json');
    },
    LONG_MS,
  );

  describe('without the CDK, with an esbuild of its own', () => {
    const folder = path.join(work, 'bare');
    beforeAll(async () => {
      mkdirSync(folder);
      writeFileSync(path.join(folder, 'package.json'), '{ "name": "bare", "private": true }');
      cpSync(path.join(import.meta.dirname, 'commonjs/handlers'), path.join(folder, 'handlers'), { recursive: true });
      await install(folder, `${tarball} esbuild`);
    }, LONG_MS);

    it.each([
      ['esm', '.mjs'],
      ['cjs', '.cjs'],
    ])(
      'bundles its handlers, format %s, and they answer on the oldest Node and on the newest',
      async (format, extension) => {
        const to = `--bundle --platform=node --format=${format} --out-extension:.js=${extension} --outdir=${format}`;
        expect(await run(folder, `npx esbuild handlers/gate.ts handlers/old-gate.js ${to}`)).not.toContain('WARNING');
        for (const handler of ['gate', 'old-gate']) {
          writeFileSync(path.join(folder, 'answer.mjs'), answeringProgram(`./${format}/${handler}${extension}`));
          for (const major of ['20', '24']) {
            expect(operationsIn(await run(folder, 'node answer.mjs', major))).toEqual(['PutJobSuccessResult']);
          }
        }
      },
      LONG_MS,
    );
  });

  it(
    'is bundled by webpack and Rspack in a project without the optional peers, and answers from the bundle',
    async () => {
      const folder = path.join(work, 'packed');
      mkdirSync(folder);
      writeFileSync(path.join(folder, 'package.json'), '{ "name": "packed", "private": true }');
      cpSync(path.join(import.meta.dirname, 'commonjs/handlers/old-gate.js'), path.join(folder, 'gate.js'));
      await install(folder, `${tarball} webpack@5 webpack-cli @rspack/core@1 @rspack/cli@1`);
      const output = `{ path: __dirname + '/' + to, filename: 'gate.cjs', library: { type: 'commonjs2' } }`;
      writeFileSync(
        path.join(folder, 'bundler.cjs'),
        `module.exports = ({ to }) => ({ mode: 'production', target: 'node20', entry: './gate.js', output: ${output} });`,
      );
      for (const bundler of ['webpack', 'rspack']) {
        await run(folder, `npx ${bundler} build -c bundler.cjs --env to=${bundler}`, '20');
        writeFileSync(path.join(folder, 'answer.mjs'), answeringProgram(`./${bundler}/gate.cjs`));
        for (const major of ['20', '24']) {
          expect(operationsIn(await run(folder, 'node answer.mjs', major))).toEqual(['PutJobSuccessResult']);
        }
      }
    },
    LONG_MS,
  );

  it(
    'is offered types that resolve in every mode',
    async () => {
      const folder = path.join(work, 'attw');
      mkdirSync(folder);
      writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
      await install(folder, '@arethetypeswrong/cli@0.18');
      expect(await run(folder, `npx attw ${tarball}`)).toContain('No problems found');
    },
    LONG_MS,
  );

  it(
    'is small: at most 15 packages and 12 MB for a handler, 45 MB beside the CDK itself',
    async () => {
      const handler = await measureInstall(machine, [tarball]);
      const cdk = ['aws-cdk-lib', 'constructs'];
      const bare = await measureInstall(machine, cdk);
      const constructs = await measureInstall(machine, [tarball, 'esbuild', ...cdk]);
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
