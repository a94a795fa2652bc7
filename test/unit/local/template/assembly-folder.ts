import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that is removed when the test ends, holding the given files; objects are written as JSON. */
export function folder(files: Readonly<Record<string, unknown>> = {}): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'assembly-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return dir;
}

/** A cloud assembly of stacks given by their templates; each depends on the one before it. */
export function assemblyFolder(
  templates: Readonly<Record<string, unknown>>,
  files: Record<string, unknown> = {},
): string {
  const names = Object.keys(templates);
  const artifacts = names.map((name, index) => [
    name,
    {
      type: 'aws:cloudformation:stack',
      properties: { templateFile: `${name}.template.json` },
      dependencies: names.slice(Math.max(0, index - 1), index),
    },
  ]);
  return folder({
    'manifest.json': { version: '48.0.0', artifacts: Object.fromEntries(artifacts) },
    ...Object.fromEntries(names.map((name) => [`${name}.template.json`, templates[name]])),
    ...files,
  });
}
