import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { BundleError, bundleHandler } from '../../infra/index.ts';
import { gateEntry, temporaryFolder } from './fixture.ts';

const fixtures = join(gateEntry, '..');

async function bundled(entry: string, options: { minify?: boolean; handler?: string; sourceMap?: boolean } = {}) {
  const outdir = join(temporaryFolder(), 'out');
  const bundle = await bundleHandler({ entry, outdir, ...options });
  const texts = new Map(readdirSync(outdir).map((name) => [name, readFileSync(join(outdir, name), 'utf8')]));
  return { outdir, bundle, texts };
}

/** What an expression prints in a process that has imported a bundle's handler. */
function printed(place: string, expression: string): string {
  const file = place.endsWith('.ts') ? place : join(place, 'index.mjs');
  const program = `const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)}); console.log(${expression});`;
  return execFileSync(process.execPath, ['--input-type=module', '--eval', program]).toString();
}

function written(text: string, name = 'handler.ts'): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  return file;
}

async function problemOf(entry: string, handler = 'handler'): Promise<BundleError> {
  const error = await bundled(entry, { handler }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof BundleError) return error;
  throw new Error('the bundle succeeded');
}

describe('a bundle', () => {
  it('is index.mjs with a chunk for what is imported dynamically', async () => {
    const { bundle } = await bundled(gateEntry);
    const code = bundle.files.filter(({ path }) => path.endsWith('.mjs'));
    const inputsOf = (file: (typeof code)[number] | undefined) => Object.keys(file?.inputs ?? {});
    expect(inputsOf(code.find(({ path }) => path === 'index.mjs'))).toContain('test/infra/fixtures/gate.ts');
    expect(inputsOf(code.find(({ path }) => path.startsWith('describe-url-')))).toContain(
      'test/infra/fixtures/describe-url.ts',
    );
    expect(bundle.files.every(({ path }) => /\.mjs(\.map)?$/.test(path))).toBe(true);
    // What both need stands in a third file, which is loaded with the first.
    const atStart = code.filter((file) => file.atStart).flatMap((file) => Object.keys(file.inputs));
    expect(atStart).toContain('test/infra/fixtures/gate.ts');
    expect(atStart).not.toContain('test/infra/fixtures/describe-url.ts');
  });

  it('is loaded once what its handlers prepare is done', async () => {
    const entry = written(`
      const steps = [];
      globalThis[Symbol.for('ringback.prepared.1')] = new Promise(setImmediate).then(() => steps.push('prepared'));
      export const handler = () => steps;
    `);
    const { outdir, texts } = await bundled(entry);
    expect(printed(outdir, 'handler().join()')).toBe('prepared\n');
    expect(texts.get('index.mjs')).toMatch(/\n\/\/# sourceMappingURL=index\.mjs\.map\n$/);
  });

  it.each([
    [
      'leaves JMESPath out where the ledger alone uses idempotency',
      "export { pipelineJob as handler } from 'ringback/codepipeline';",
      false,
    ],
    [
      'holds JMESPath where its own code uses idempotency, too',
      "import { IdempotencyConfig } from '@aws-lambda-powertools/idempotency';\nexport * from 'ringback/codepipeline';\nexport const handler = () => new IdempotencyConfig({ eventKeyJmesPath: 'id' });",
      true,
    ],
  ])('%s', async (_what, text, isThere) => {
    const folder = join(process.cwd(), '.ringback', 'test-jmespath');
    mkdirSync(folder, { recursive: true });
    const entry = join(folder, `${isThere}.ts`);
    writeFileSync(entry, text);
    const { outdir, bundle } = await bundled(entry);
    const inputs = bundle.files.flatMap(({ inputs }) => Object.keys(inputs));
    expect(inputs.some((input) => input.includes('@aws-lambda-powertools/idempotency/'))).toBe(true);
    expect(inputs.some((input) => input.includes('@aws-lambda-powertools/jmespath/'))).toBe(isThere);
    expect(printed(outdir, 'typeof handler')).toBe('function\n');
  });

  it.each([true, false])('runs and keeps the names of classes when minify is %s', async (minify) => {
    const { outdir } = await bundled(gateEntry, { minify });
    const { handler } = await import(pathToFileURL(join(outdir, 'index.mjs')).href);
    expect(await handler({})).toEqual({ errorName: 'NotHealthyError', http: 'function' });
    expect(await handler({ url: 'https://example.com/a/b' })).toEqual({ host: 'example.com', file: 'b' });
  });

  it.each([
    ['handler.js', 'exports.handler = async () => "ok";'],
    ['handler.cjs', 'module.exports = { handler: async () => "ok" };'],
    ['handler.cts', 'const handler = async (): Promise<string> => "ok";\nexport = { handler };'],
    ['handler.ts', 'exports.handler = async (): Promise<string> => "ok";'],
    ['handler.mjs', 'export const handler = async () => "ok";'],
  ])('exports the handler of %s: %s', async (name, text) => {
    const { outdir } = await bundled(written(text, name));
    expect(readdirSync(outdir)).toContain('index.mjs');
    expect(printed(outdir, 'await handler()')).toBe('ok\n');
  });

  it.each([
    "exports['handler'] = ok;",
    'const api = module.exports;\napi.handler = ok;',
    'this.handler = ok;',
    'module.exports.handler ??= ok;',
    '(exports.handler) = ok;',
    '({ a: exports.handler } = { a: ok });',
    "module['exports'] = { handler: ok };",
    "Reflect.defineProperty(exports, 'handler', { value: ok, enumerable: true });",
    'exports.handler = exports.other = ok;',
    '((own) => { own.handler = ok; })(exports);',
    'Object.defineProperty(exports, "__esModule", { value: true });\nexports.handler = void 0;\nexports.handler = ok;',
  ])('exports the handler of CommonJS that says %s', async (assignment) => {
    const { outdir } = await bundled(written(`const ok = async () => 'ok';\n${assignment}`, 'handler.cjs'));
    expect(printed(outdir, 'await handler()')).toBe('ok\n');
  });

  it.each([
    ['handler.cjs', "exports['my-handler'] = async () => 'ok';", 'my-handler', 'module["my-handler"]'],
    ['handler.cjs', "exports.a = { b: async () => 'ok' };", 'a.b', 'module.a.b'],
    [
      'handler.ts',
      "const own = async () => 'ok';\nexport { own as 'my-handler' };",
      'my-handler',
      'module["my-handler"]',
    ],
    ['handler.ts', "export const a = { b: async () => 'ok' };", 'a.b', 'module.a.b'],
    ['handler.ts', "export default async () => 'ok';", 'default', 'module.default'],
  ])('finds in %s with %s the handler %s', async (name, text, handler, expression) => {
    const { outdir } = await bundled(written(text, name), { handler });
    const module = `import(${JSON.stringify(pathToFileURL(join(outdir, 'index.mjs')).href)})`;
    const program = `const module = await ${module}; console.log(await ${expression}());`;
    expect(execFileSync(process.execPath, ['--input-type=module', '--eval', program]).toString()).toBe('ok\n');
  });

  it.each([true, false])('may hold the mark of a source map in its own text, with one: %s', async (sourceMap) => {
    const mark = '//# sourceMappingURL=';
    const entry = written(`const mark = ${JSON.stringify(mark)};\nexport const handler = (id) => mark + id;`);
    const { outdir } = await bundled(entry, { minify: false, sourceMap });
    expect(printed(outdir, 'handler("x")')).toBe(`${mark}x\n`);
  });

  it.each([
    ['// exports.handler = old\nexports.main = ok;', 'main'],
    ['/* exports.handler = old */ module.exports.main = ok;', 'main'],
    [
      'Object.defineProperty(exports, "__esModule", { value: true });\nexports.main = void 0;\nexports.main = ok;',
      'main',
    ],
    ['class A { handler() { return this; } }\nexports.a = A;', 'a'],
    ['require("node:fs");', 'nothing'],
  ])('is refused where CommonJS says %s', async (text, found) => {
    const { problems } = await problemOf(written(`const ok = async () => 'ok';\n${text}`, 'handler.cjs'));
    expect(problems).toMatchObject([{ message: `does not export handler; it exports ${found}` }]);
  });

  it('of CommonJS is checked for the handler, too', async () => {
    const { problems } = await problemOf(written('exports.handle = async () => "ok";', 'handler.js'));
    expect(problems).toMatchObject([{ message: 'does not export handler; it exports handle' }]);
  });

  it('does not load undici where it imports node:http', async () => {
    const { outdir } = await bundled(gateEntry);
    const count = "process.moduleLoadList.filter((name) => name.includes('undici')).length";
    expect(Number(printed(outdir, count))).toBe(0);
    // The same source, unbundled, shows what the bundle avoids.
    expect(Number(printed(gateEntry, count))).toBeGreaterThan(0);
  });

  it('does not load TLS before it connects, which plain HTTP never needs', async () => {
    const { outdir } = await bundled(join(fixtures, '../../../handlers/deployment-gate.ts'));
    const loaded = 'process.moduleLoadList.filter((name) => /^NativeModule (net|tls)$/.test(name)).join()';
    expect(printed(outdir, loaded)).toBe('NativeModule net\n');
  });

  it('holds no path of the machine, source maps included', async () => {
    const { outdir, texts } = await bundled(gateEntry);
    for (const text of texts.values()) {
      expect(text).not.toContain(process.cwd());
      expect(text).not.toContain(outdir);
    }
    const map = JSON.parse(texts.get('index.mjs.map') ?? '{}');
    expect(map.sources).toContain('../../test/infra/fixtures/gate.ts');
    expect(map.sourcesContent).toBeUndefined();
  });

  it('has the same bytes wherever the project lies', async () => {
    const copies = [temporaryFolder(), temporaryFolder()].map((folder) => {
      const project = join(folder, 'deep', 'project');
      mkdirSync(project, { recursive: true });
      cpSync(fixtures, join(project, 'handlers'), { recursive: true });
      writeFileSync(join(project, 'package.json'), '{}');
      return join(project, 'handlers', 'gate.ts');
    });
    const [first, second] = await Promise.all(copies.map((entry) => bundled(entry)));
    expect(second?.texts).toEqual(first?.texts);
  });

  it('takes built-ins in every way that sources import them', async () => {
    const entry = written(`
      import fs, { readFileSync } from 'node:fs';
      import * as path from 'path';
      import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      const __dirname = import.meta.dirname;
      export const handler = async () => [
        fs.readFileSync === readFileSync, typeof path.join, typeof require('node:os').hostname, typeof __dirname,
        typeof (await import('node:url')).fileURLToPath, typeof (await import('fs/promises')).readFile,
      ];`);
    const { outdir } = await bundled(entry, { minify: false });
    const { handler } = await import(pathToFileURL(join(outdir, 'index.mjs')).href);
    expect(await handler()).toEqual([true, 'function', 'function', 'string', 'function', 'function']);
  });

  it('lets bundled CommonJS know its folder and require by a computed name', async () => {
    const entry = written(
      `module.exports.handler = async (name) => [__dirname, typeof require(name).hostname];`,
      'a.cjs',
    );
    const wrapper = written(`export { handler } from ${JSON.stringify(entry)};`);
    const { outdir } = await bundled(wrapper);
    // In a process of its own: the test runner's modules have a `require` of their own.
    expect(JSON.parse(printed(outdir, "JSON.stringify(await handler('node:os'))"))).toEqual([outdir, 'function']);
  });
});

describe('a handler that cannot be bundled', () => {
  it('is named when it does not exist', async () => {
    const entry = join(temporaryFolder(), 'nowhere.ts');
    expect((await problemOf(entry)).message).toContain(`there is no file ${entry}`);
  });

  it('is shown with file, line and column when it does not compile', async () => {
    const error = await problemOf(written('export const handler =\n  async () => { return 1 +; };'));
    expect(error.problems).toEqual([{ file: 'handler.ts', line: 2, column: 27, message: 'Unexpected ";"' }]);
    expect(error.message).toBe('cannot bundle the handler handler.ts:\n  handler.ts:2:27: Unexpected ";"');
  });

  it('is shown with the import that leads nowhere', async () => {
    const error = await problemOf(written("import './absent.ts';\nexport const handler = 1;"));
    expect(error.message).toContain('handler.ts:1:8: Could not resolve "./absent.ts"');
  });

  it('is refused when it does not export the handler', async () => {
    const error = await problemOf(written('export const handle = 1;'));
    expect(error.message).toContain('handler.ts: does not export handler; it exports handle');
  });

  it('is told that its default export can be named', async () => {
    const error = await problemOf(written('export default () => 1;'));
    expect(error.message).toContain('does not export handler; it exports default, so name default as the export');
  });
});
