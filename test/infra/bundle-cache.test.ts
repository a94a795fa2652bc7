import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type BundleOptions, bundleHandler } from '../../infra/index.ts';
import { temporaryFolder } from './fixture.ts';

const FILES = {
  'package.json': '{ "name": "shop" }',
  'node_modules/tax/package.json':
    '{ "name": "tax", "version": "1.0.0", "exports": { ".": "./index.js", "./low": "./low.js" } }',
  'node_modules/tax/index.js': 'export const tax = "tax of 20 %";',
  'node_modules/tax/low.js': 'export const tax = "tax of 10 %";',
  'node_modules/rates/base.json': '{ "compilerOptions": {} }',
  'tsconfig.json': '{ "extends": ["rates/base.json", "./strict"] }',
  'strict.json': '{ "compilerOptions": { "strict": true } }',
  'handlers/prices/index.ts': 'export const price = "price of 7";',
  'handlers/order.ts':
    'import { tax } from "tax"; import { price } from "./prices"; export const handler = () => [tax, price].join();',
};

function project(files: Readonly<Record<string, string>> = {}): string {
  const root = temporaryFolder();
  put(root, { ...FILES, ...files });
  return root;
}

function put(root: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

async function bundled(root: string, options: Partial<BundleOptions> = {}): Promise<string> {
  const outdir = join(temporaryFolder(), 'out');
  await bundleHandler({ entry: join(root, 'handlers/order.ts'), outdir, sourceMap: false, ...options });
  return readFileSync(join(outdir, 'index.mjs'), 'utf8');
}

const home = (root: string) => join(root, 'node_modules/.cache/ringback/bundles');

/** Changes what is kept, so that a bundle that was taken from there can be told from one that was made. */
function mark(root: string): void {
  for (const name of readdirSync(home(root))) {
    const file = join(home(root), name, '0');
    writeFileSync(file, readFileSync(file, 'utf8').replace('price of', 'PRICE OF'));
  }
}

afterEach(() => vi.unstubAllEnvs());

describe('a bundle that was made before', () => {
  it('is taken again while nothing has changed, with the same bytes', async () => {
    const root = project();
    const first = await bundled(root);
    expect(await bundled(root)).toBe(first);
    mark(root);
    expect(await bundled(root)).toBe(first.replace('price of', 'PRICE OF'));
  });

  it('is taken again whatever configuration a package brings along', async () => {
    const root = project({ 'node_modules/tax/tsconfig.json': '{ "extends": "nobody/base.json" }' });
    const first = await bundled(root);
    mark(root);
    expect(await bundled(root)).toBe(first.replace('price of', 'PRICE OF'));
  });

  it.each<[string, (root: string) => void]>([
    ['the handler', (root) => put(root, { 'handlers/order.ts': `${FILES['handlers/order.ts']} // New.` })],
    [
      'a file that it imports',
      (root) => put(root, { 'handlers/prices/index.ts': 'export const price = "price of 8";' }),
    ],
    ['a file that comes before another', (root) => put(root, { 'handlers/prices.ts': 'export const price = "";' })],
    ['a package', (root) => put(root, { 'node_modules/tax/index.js': 'export const tax = "tax of 25 %";' })],
    ['what a package exports', (root) => put(root, { 'node_modules/tax/package.json': '{ "exports": "./low.js" }' })],
    [
      'a package that is nearer',
      (root) => put(root, { 'handlers/node_modules/tax/index.js': 'export const tax = "";' }),
    ],
    ['the configuration of TypeScript', (root) => put(root, { 'tsconfig.json': '{ }' })],
    ['a configuration that it extends', (root) => put(root, { 'strict.json': '{ }' })],
    ['the configuration of JavaScript', (root) => put(root, { 'jsconfig.json': '{ "compilerOptions": {} }' })],
    ['one of a package', (root) => put(root, { 'node_modules/rates/base.json': '{ }' })],
    ['a configuration that is nearer', (root) => put(root, { 'handlers/tsconfig.json': '{ }' })],
    [
      'the place of a linked package',
      (root) => {
        cpSync(join(root, 'taxes'), join(root, 'other-taxes'), { recursive: true });
        unlinkSync(join(root, 'node_modules/duty'));
        symlinkSync(join(root, 'other-taxes'), join(root, 'node_modules/duty'));
      },
    ],
  ])('is made anew when there is another: %s', async (_what, change) => {
    const root = project({ 'taxes/index.js': 'export const duty = 0;' });
    symlinkSync(join(root, 'taxes'), join(root, 'node_modules/duty'));
    await bundled(root);
    mark(root);
    change(root);
    expect(await bundled(root)).not.toContain('PRICE OF');
  });

  it.each<[string, Partial<BundleOptions>]>([
    ['minify', { minify: false }],
    ['define', { define: { STAGE: '"test"' } }],
    ['conditions', { conditions: ['browser'] }],
  ])('is made anew for other options: %s', async (_name, options) => {
    const root = project();
    await bundled(root);
    mark(root);
    expect(await bundled(root, options)).not.toContain('PRICE OF');
  });

  it.each<[string, (file: string) => void]>([
    ['cut off', (file) => writeFileSync(file, readFileSync(file).subarray(0, 20))],
    ['gone', (file) => unlinkSync(file)],
    ['no record', (file) => writeFileSync(join(dirname(file), 'about.json'), 'no JSON')],
  ])('is made anew where what was kept is %s', async (_what, damage) => {
    const root = project();
    const first = await bundled(root);
    for (const name of readdirSync(home(root))) damage(join(home(root), name, '0'));
    expect(await bundled(root)).toBe(first);
    mark(root);
    expect(await bundled(root)).toContain('PRICE OF');
  });
});

describe('nothing is kept', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    [
      'where files are imported by a pattern',
      { 'handlers/order.ts': `export const handler = (name: string) => import(\`./prices/\${name}.ts\`);` },
    ],
    [
      'where TypeScript searches several places',
      { 'tsconfig.json': '{ "compilerOptions": { "paths": { "@/*": ["./*"] } } }' },
    ],
    ['where a configuration is not there', { 'tsconfig.json': '{ "extends": "nobody/base.json" }' }],
  ])('%s', async (_where, files) => {
    const root = project(files);
    await bundled(root);
    expect(existsSync(home(root)) ? readdirSync(home(root)) : []).toEqual([]);
  });

  it('where RINGBACK_BUNDLE_CACHE is off', async () => {
    vi.stubEnv('RINGBACK_BUNDLE_CACHE', 'off');
    const root = project();
    await bundled(root);
    expect(existsSync(home(root))).toBe(false);
  });

  it('where there are no packages', async () => {
    const root = temporaryFolder();
    put(root, { 'package.json': '{}', 'handlers/order.ts': 'export const handler = () => "price of 7";' });
    await bundled(root);
    expect(readdirSync(root).sort()).toEqual(['handlers', 'package.json']);
  });
});
