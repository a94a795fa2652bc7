import { cpSync, createWriteStream, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { FunctionCode } from './function-definition.ts';
import { invalidRuntime } from './lambda-error.ts';

/**
 * Lays the code of a function into a folder of its own, as AWS lays it into /var/task.
 *
 * It is copied and not run where it lies: below the developer's project Node would find the project's package.json
 * and node_modules, and a bundle that lacks a module would work here and fail in AWS.
 *
 * @throws AwsError InvalidRuntimeException for code that cannot run here.
 */
export async function layOutCode(code: FunctionCode, folder: string): Promise<void> {
  if (code.kind === 'unavailable') throw invalidRuntime(code.reason);
  mkdirSync(folder, { recursive: true });
  if (code.kind === 'inline') writeFileSync(join(folder, 'index.js'), code.source);
  else if (statSync(code.path).isDirectory()) cpSync(code.path, folder, { recursive: true, dereference: true });
  else await unzip(code.path, folder);
}

async function unzip(file: string, folder: string): Promise<void> {
  const { openPromise } = await import('yauzl');
  const archive = await openPromise(file);
  try {
    for await (const entry of archive.eachEntry()) {
      const target = join(folder, entry.fileName);
      if (entry.fileName.endsWith('/')) {
        mkdirSync(target, { recursive: true });
        continue;
      }
      mkdirSync(dirname(target), { recursive: true });
      // The high half holds the Unix mode; a file that has none gets the default.
      const mode = (entry.externalFileAttributes >>> 16) & 0o777 || 0o644;
      await pipeline(await archive.openReadStreamPromise(entry), createWriteStream(target, { mode }));
    }
  } finally {
    archive.close();
  }
}
