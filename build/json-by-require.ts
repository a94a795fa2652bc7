import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const IMPORT = / from (['"])(\.[^'"]*\.json)\1 with \{ type: \1json\1 \}/g;

/**
 * Leads the JSON files that ES modules import through a module of CommonJS beside each, which requires it.
 *
 * A test runner that evaluates modules in contexts of its own, such as vitest 3 in its pools vmThreads and vmForks, cannot
 * link an import with attributes, and Node 20 warns of one. Bundlers follow both.
 *
 * @param dist - the folder that holds the ES modules
 */
export function importJsonByRequire(dist: string): void {
  for (const name of globSync('**/*.js', { cwd: dist })) {
    const file = path.join(dist, name);
    const source = readFileSync(file, 'utf8');
    const led = source.replaceAll(IMPORT, (_, quote: string, json: string) => {
      const twin = path.join(path.dirname(file), `${json}.cjs`);
      writeFileSync(twin, `module.exports = require('./${path.basename(json)}');\n`);
      return ` from ${quote}${json}.cjs${quote}`;
    });
    if (led !== source) writeFileSync(file, led);
  }
}
