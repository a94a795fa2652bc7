import { randomFillSync } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/** Characteristics of a tree that not every writer keeps. */
export type Trait = 'links' | 'modes' | 'empty folders' | 'backslashes' | 'colons' | 'long paths';

/** What lies at a path: `folder`, `link to X`, `file HASH` and `executable HASH`. */
export type Listing = Readonly<Record<string, string>>;

const LONG = `${'deep-folder-name/'.repeat(9)}and-a-file-whose-path-has-more-than-two-hundred-characters.txt`;

/** Makes a folder with everything that archives are known to lose. */
export function makeTree(dir: string, without: readonly Trait[] = []): void {
  const has = (trait: Trait) => !without.includes(trait);
  const write = (file: string, content: string | Buffer) => {
    mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
    writeFileSync(path.join(dir, file), content);
  };
  write('Müller.txt', 'Grüße');
  write('日本語/ファイル.txt', 'こんにちは');
  write('emoji-🎉.md', '#');
  write('empty.txt', '');
  write('-dash and space.txt', 'x');
  write('random.bin', randomFillSync(Buffer.alloc(300_000)));
  write('text.log', 'the same line\n'.repeat(20_000));
  write('run.sh', '#!/bin/sh\n');
  if (has('modes')) chmodSync(path.join(dir, 'run.sh'), 0o755);
  if (has('long paths')) write(LONG, 'long');
  if (has('colons')) write('a:b.txt', 'colon');
  if (has('backslashes')) write('dev-disk\\x2duuid.mount', 'unit');
  if (has('empty folders')) mkdirSync(path.join(dir, 'empty/folder'), { recursive: true });
  if (!has('links')) return;
  symlinkSync('Müller.txt', path.join(dir, 'link.txt'));
  symlinkSync('日本語', path.join(dir, 'linked'));
  symlinkSync('../Müller.txt', path.join(dir, '日本語/back'));
}

/** Lists a tree, so that two can be compared. */
export function listTree(dir: string): Listing {
  const found: Record<string, string> = {};
  for (const item of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const file = path.join(item.parentPath, item.name);
    found[path.relative(dir, file)] = describeFile(file);
  }
  return found;
}

function describeFile(file: string): string {
  const status = lstatSync(file);
  if (status.isSymbolicLink()) return `link to ${readlinkSync(file)}`;
  if (status.isDirectory()) return 'folder';
  const content = readFileSync(file);
  const text =
    content.length > 100 ? `${content.length} bytes, ${content.toString('base64').slice(0, 40)}` : `${content}`;
  return `${(status.mode & 0o111) === 0 ? 'file' : 'executable'} ${text}`;
}
