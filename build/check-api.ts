import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { apiReports } from './api-report.ts';
import { readManifest } from './manifest.ts';

/*
 * Compares what the entries export with the reports in build/api: `node build/check-api.ts`. With --write it writes
 * them, which is how a change of the API is made known to whoever reviews it.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = path.join(root, 'build/api');
const types = mkdtempSync(path.join(tmpdir(), 'ringback-api-'));
try {
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const options = ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', types];
  execFileSync(process.execPath, [tsc, ...options], { cwd: root, stdio: 'inherit' });
  const reports = apiReports(types, readManifest());
  if (process.argv.includes('--write')) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const [name, text] of Object.entries(reports)) writeFileSync(path.join(folder, name), text);
  } else {
    const changed = Object.entries(reports).filter(([name, text]) => kept(name) !== text);
    for (const [name, text] of changed) process.stderr.write(`build/api/${name}: ${firstChange(kept(name), text)}\n`);
    if (changed.length > 0) {
      process.stderr.write(
        'what the package exports has changed; if that is meant, run npm run api and commit build/api\n',
      );
      process.exitCode = 1;
    }
  }
} finally {
  rmSync(types, { recursive: true, force: true });
}

function kept(name: string): string {
  try {
    return readFileSync(path.join(folder, name), 'utf8');
  } catch {
    return '';
  }
}

function firstChange(before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const at = now.findIndex((line, index) => line !== old[index]);
  return `line ${at + 1} is "${now[at] ?? ''}" and was "${old[at] ?? ''}"`;
}
