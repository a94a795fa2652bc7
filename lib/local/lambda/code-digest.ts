import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionCode } from './function-definition.ts';

/** What a function's configuration tells of its code. */
export interface CodeDigest {
  /** SHA-256 in Base64. */
  readonly CodeSha256: string;
  /** In bytes. */
  readonly CodeSize: number;
}

const digests = new WeakMap<FunctionCode, CodeDigest>();

/** The digest of an archive. */
export function digestOfArchive(archive: Buffer): CodeDigest {
  return { CodeSha256: createHash('sha256').update(archive).digest('base64'), CodeSize: archive.length };
}

/** Notes the digest of the archive that code came in. */
export function noteDigest(code: FunctionCode, digest: CodeDigest): void {
  digests.set(code, digest);
}

/** The digest of code; of a folder, which came in no archive, that of its files. */
export function digestOf(code: FunctionCode): CodeDigest {
  const known = digests.get(code);
  if (known !== undefined) return known;
  const digest = digestOfArchive(Buffer.concat(bytesOf(code)));
  digests.set(code, digest);
  return digest;
}

function bytesOf(code: FunctionCode): readonly Buffer[] {
  if (code.kind === 'unavailable') return [];
  if (code.kind === 'inline') return [Buffer.from(code.source)];
  if (!statSync(code.path).isDirectory()) return [readFileSync(code.path)];
  return readdirSync(code.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => readFileSync(file));
}
