import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { StrangersMachine } from './strangers-machine.ts';

/** What a project has in node_modules. */
export interface Footprint {
  readonly packages: readonly string[];
  readonly megabytes: number;
}

/** Installs packages into an empty project and measures what came. */
export async function measureInstall(machine: StrangersMachine, names: readonly string[]): Promise<Footprint> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringback-footprint-'));
  try {
    writeFileSync(path.join(folder, 'package.json'), '{ "name": "empty", "private": true }');
    await machine.install(folder, `--ignore-scripts ${names.join(' ')}`);
    const lock = JSON.parse(readFileSync(path.join(folder, 'node_modules/.package-lock.json'), 'utf8')) as {
      packages: Record<string, unknown>;
    };
    const installed = Object.keys(lock.packages);
    const bytes = bytesOf(path.join(folder, 'node_modules'));
    return {
      packages: installed.map((place) => place.replace(/^.*node_modules\//, '')),
      megabytes: Math.round(bytes / 100_000) / 10,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function bytesOf(folder: string): number {
  let bytes = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const stats = lstatSync(path.join(folder, name));
    if (stats.isFile()) bytes += stats.size;
  }
  return bytes;
}
