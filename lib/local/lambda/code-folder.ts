import { cpSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzip } from '../kernel/unzip.ts';
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
