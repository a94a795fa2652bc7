import { execFileSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundlePage } from '../lib/console/api/page-assets.ts';
import { writeCommonJsHalf } from './commonjs-half.ts';
import { importJsonByRequire } from './json-by-require.ts';
import { readManifest } from './manifest.ts';

/* Builds the package: `node build/main.ts [FOLDER]`, by default into dist. */

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = path.resolve(process.argv[2] ?? path.join(root, 'dist'));

rmSync(dist, { recursive: true, force: true });
const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', dist], { cwd: root, stdio: 'inherit' });
// The compiler rewrites the imports of programs; those of types it leaves, and older compilers do not follow them. And a
// project whose `lib` lacks ErrorOptions or Symbol.asyncDispose has them brought along.
const libraries = [
  ['es2022.error', /\bErrorOptions\b/],
  ['esnext.disposable', /\bSymbol\.asyncDispose\b/],
] as const;
for (const file of globSync('**/*.d.ts', { cwd: dist })) {
  const types = path.join(dist, file);
  const text = readFileSync(types, 'utf8');
  const references = libraries
    .filter(([, name]) => name.test(text))
    .map(([library]) => `/// <reference lib="${library}" />\n`);
  writeFileSync(types, references.join('') + text.replaceAll(/((?:from |import\()['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2'));
}
// Programs alone read the models, and half of each is spaces.
for (const file of globSync('**/*.json', { cwd: dist })) {
  const model = path.join(dist, file);
  writeFileSync(model, JSON.stringify(JSON.parse(readFileSync(model, 'utf8'))));
}
// The page of the console runs in a browser: one script, with all that it needs.
mkdirSync(path.join(dist, 'lib/console/page'), { recursive: true });
writeFileSync(path.join(dist, 'lib/console/page/page.bundle.js'), await bundlePage());
copyFileSync(path.join(root, 'lib/console/page/page.css'), path.join(dist, 'lib/console/page/page.css'));
await writeCommonJsHalf(dist, readManifest());
// After it: the CommonJS half requires the files themselves.
importJsonByRequire(dist);
