import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importedPackages } from './imported-packages.ts';
import { packOnce } from './pack-once.ts';
import { type Consumer, installPackage, node, nodeAside, packPackage, tsc } from './packed-package.ts';

const work = mkdtempSync(path.join(tmpdir(), 'ringback-package-'));
let consumer: Consumer;

beforeAll(async () => {
  consumer = installPackage(work, await packOnce());
}, 180_000);

afterAll(() => rmSync(work, { recursive: true, force: true }));

const text = (file: string) => readFileSync(path.join(consumer.installed, file), 'utf8');
const entries = () => Object.keys(consumer.manifest.exports).filter((entry) => entry !== './package.json');

describe('the tarball', () => {
  it('holds what was built, a few texts, and nothing else', () => {
    const built = /^dist\/(lib|infra|handlers)\/[a-z0-9/-]+(\.c?js|\.d\.c?ts|\/models\/[a-z-]+\.json(\.cjs)?)$/;
    const pages = /^(docs\/[A-Za-z-]+\.(md|svg)|examples\/[a-z./-]+\.(ts|tf|yaml))$/;
    const texts = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE'];
    const page = ['dist/lib/console/page/page.bundle.js', 'dist/lib/console/page/page.css'];
    const known = (file: string) => built.test(file) || pages.test(file) || [...texts, ...page].includes(file);
    expect(consumer.files.filter((file) => !known(file))).toEqual([]);
    expect(consumer.files.filter((file) => /\/stacks\/|scenarios\/pipeline|example-app/.test(file))).toEqual([]);
    expect(consumer.files).toContain('dist/handlers/last-resort.js');
    expect(consumer.files).toContain('dist/lib/local/models/codepipeline.json');
  });

  it('holds every file that package.json names', () => {
    const { bin, exports, main, types, typesVersions } = consumer.manifest;
    const named = [bin, exports, main, types, typesVersions].flatMap(filesNamed);
    expect(named.length).toBeGreaterThan(10);
    for (const file of named) expect(consumer.files).toContain(path.posix.normalize(file));
  });

  it('tells resolvers that do not know exports of every entry, too', () => {
    const { exports, main, types, typesVersions } = consumer.manifest;
    const { '*': byName } = typesVersions;
    const told = { '.': { types, default: main } };
    const expected = Object.entries(exports).flatMap(([entry, target]) =>
      typeof target === 'string' ? [] : [[entry, target.require] as const],
    );
    expect(told).toEqual(Object.fromEntries(expected.filter(([entry]) => entry === '.')));
    expect(byName).toEqual(
      Object.fromEntries(
        expected.filter(([entry]) => entry !== '.').map(([entry, { types }]) => [entry.slice(2), [types]]),
      ),
    );
  });

  it('has types without default imports, which a project without esModuleInterop cannot read', () => {
    const types = consumer.files.filter((file) => /\.d\.c?ts$/.test(file));
    expect(types.filter((file) => /^import (type )?\w+(,| from)/m.test(text(file)))).toEqual([]);
  });

  it('imports no JSON by an attribute, which vitest 3 cannot link in its pools vmThreads and vmForks', () => {
    const modules = consumer.files.filter((file) => /^dist\/.*\.js$/.test(file));
    expect(modules.filter((file) => /\bwith \{ ?type:/.test(text(file)))).toEqual([]);
    expect(text('dist/lib/local/models/codepipeline.json.cjs')).toBe(
      "module.exports = require('./codepipeline.json');\n",
    );
  });

  it('is the same, byte for byte, when it is packed again', () => {
    const again = packPackage(mkdtempSync(path.join(work, 'again-')));
    expect(readFileSync(again.tarball).equals(readFileSync(consumer.tarball))).toBe(true);
  }, 180_000);

  it('needs no package that package.json does not name', async () => {
    const { dependencies, peerDependencies } = consumer.manifest;
    const known = [...Object.keys(dependencies), ...Object.keys(peerDependencies), 'ringback'];
    const imported = await importedPackages(consumer);
    expect(imported).toEqual(expect.arrayContaining(['esbuild', '@aws-sdk/credential-provider-node']));
    expect(imported.filter((name) => !known.includes(name))).toEqual([]);
  }, 180_000);

  it('has a command that the shell can run', () => {
    for (const file of Object.values(consumer.manifest.bin)) expect(text(file)).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it('is in order for publint', async () => {
    const { messages, pkg } = await publint({ pkgDir: consumer.installed, pack: false, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });
});

describe('a project that installed the package', () => {
  it('imports every entry, with the exports that the sources have', async () => {
    const names = entries().map((entry) => path.posix.join('ringback', entry));
    const program = `
      const found = {};
      for (const name of ${JSON.stringify(names)}) found[name] = Object.keys(await import(name));
      process.stdout.write(JSON.stringify(found));`;
    const found = JSON.parse(node(consumer.folder, '--input-type=module', '--eval', program));
    for (const name of names) {
      expect(found[name].sort(), name).toEqual(Object.keys(await import(name)).sort());
      expect(found[name].length, name).toBeGreaterThan(0);
    }
  });

  it.each(['nodenext', 'bundler'])(
    'compiles against the types with moduleResolution %s',
    (resolution) => {
      expect(node(consumer.folder, tsc, '-p', `tsconfig.${resolution}.json`)).toBe('');
    },
    120_000,
  );

  it('exports handlers whose types its own declarations can name', () => {
    expect(node(consumer.folder, tsc, '-p', 'tsconfig.declarations.json')).toBe('');
  }, 120_000);

  it('gets a sample event from the command', () => {
    const event = JSON.parse(node(consumer.folder, command(), 'event', 'codepipeline-job'));
    expect(event['CodePipeline.job'].id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('deploys the program of the README by its own CDK app, and plays its pipeline', () => {
    const output = node(
      consumer.folder,
      ...[command(), 'local', '--once', '--json', '--quiet', '--port', '0', '--speed', '1000'],
      ...['--scenarios', 'scenarios.ts'],
    );
    expect(JSON.parse(output.trim().split('\n').at(-1) ?? '')).toMatchObject({
      scenarios: [{ name: 'gate-opens', status: 'passed', answered: 2, expected: 2 }],
      answered: 2,
      unanswered: 0,
    });
    for (const asset of readdirSync(path.join(consumer.folder, 'cdk.out')).filter((name) => /^asset\./.test(name))) {
      const names = readdirSync(path.join(consumer.folder, 'cdk.out', asset));
      expect(names, asset).toContain('index.mjs');
      expect(names.filter((name) => /credential-provider/.test(name))).toEqual([]);
    }
  }, 120_000);

  it('answers a callback with credentials of a profile, as a laptop has them', async () => {
    const seen: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization);
      request.resume().on('end', () => response.end('{}'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const program = `
        import { writeFileSync } from 'node:fs';
        import { complete, encodeCallback, succeed } from 'ringback';
        import { pipelineJob } from 'ringback/codepipeline';
        import { lambdaContext, pipelineJobEvent } from 'ringback/testing';
        writeFileSync('credentials', '[laptop]\\naws_access_key_id = AKIAOFTHEPROFILE0000\\naws_secret_access_key = example\\n');
        Object.assign(process.env, {
          AWS_PROFILE: 'laptop', AWS_SHARED_CREDENTIALS_FILE: 'credentials', AWS_CONFIG_FILE: 'credentials',
          AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: '${endpoint}',
        });
        const ask = pipelineJob(async (job) => {
          console.log('state', (await complete(encodeCallback(job.callback), succeed())).state);
        });
        await ask(pipelineJobEvent(), lambdaContext());`;
      const output = await nodeAside(consumer.folder, program);
      expect(output).toContain('state reported');
      expect(seen.length).toBeGreaterThan(0);
      for (const authorization of seen) expect(authorization).toContain('Credential=AKIAOFTHEPROFILE0000/');
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});

/** The files of the package that a part of package.json names; the sources stay in the repository. */
function filesNamed(part: unknown): string[] {
  if (typeof part === 'string') return [part];
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, value]) => (name === 'ringback-source' ? [] : filesNamed(value)));
}

function command(): string {
  return path.join(consumer.installed, consumer.manifest.bin.ringback ?? '');
}
