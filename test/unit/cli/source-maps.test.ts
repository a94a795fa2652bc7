import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { bundleForInvoke } from '../../../lib/cli/invoke/bundle-for-invoke.ts';

it.each(['project', 'ré #%41 b'])('the source maps of what is invoked name files that exist, in %s', async (name) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringback-source-maps-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const handlers = path.join(folder, name, 'handlers');
  mkdirSync(handlers, { recursive: true });
  writeFileSync(path.join(folder, name, 'package.json'), '{}');
  const entry = path.join(handlers, 'throws.ts');
  writeFileSync(entry, "export const handler = () => {\n  throw new Error('no');\n};\n");
  await bundleForInvoke(entry, 'handler', path.join(folder, 'code'));
  const map = JSON.parse(readFileSync(path.join(folder, 'code', 'index.mjs.map'), 'utf8'));
  // Every Node reads whole addresses alike; a root that stands apart, and `..` in a path, not.
  expect(map.sourceRoot).toBeUndefined();
  expect(map.sources.join('\n')).not.toContain('/../');
  expect(map.sources.map((source: string) => existsSync(fileURLToPath(source)))).toEqual([true]);
});
