import type { EntryKind } from './archive.ts';

/** The methods that are read. */
export const STORED = 0;
export const DEFLATED = 8;

const METHODS: Readonly<Record<number, string>> = {
  1: 'Shrink',
  6: 'Implode',
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  20: 'Zstandard',
  93: 'Zstandard',
  95: 'xz',
  96: 'JPEG',
  97: 'WavPack',
  98: 'PPMd',
  99: 'AES encryption',
};
const ENCRYPTED = 0x1;
const STRONGLY_ENCRYPTED = 0x40;

/** Says why an entry's content cannot be read; undefined where it can. */
export function contentProblem(entry: {
  readonly kind: EntryKind;
  readonly flags: number;
  readonly method: number;
  readonly mode: number;
  readonly size: number;
  readonly isSizeKnown: boolean;
}): string | undefined {
  const { kind, flags, method, mode, size } = entry;
  if ((flags & (ENCRYPTED | STRONGLY_ENCRYPTED)) !== 0) {
    return 'the entry is encrypted; archives are read without passwords';
  }
  if (kind === 'other') return `the entry is ${specialFile(mode)}; an archive may hold files, folders and links`;
  if (!entry.isSizeKnown) return 'its size in the 64-bit form is missing';
  if (kind === 'folder') return size > 0 ? 'the entry is a folder with content' : undefined;
  if (method === STORED || method === DEFLATED) return undefined;
  const name = METHODS[method] === undefined ? '' : ` (it is ${METHODS[method]})`;
  return `compression method ${method} is not supported${name}; write it stored (0) or deflated (8)`;
}

const SPECIAL_FILES: ReadonlyMap<number, string> = new Map([
  [0o020000, 'a character device'],
  [0o060000, 'a block device'],
  [0o140000, 'a socket'],
]);

function specialFile(mode: number): string {
  return SPECIAL_FILES.get(mode & 0o170000) ?? `of the unknown type ${(mode & 0o170000).toString(8)}`;
}
