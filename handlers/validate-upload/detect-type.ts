/** What a file can be. */
export type FileType = 'csv' | 'json' | 'json-lines';

/** First bytes of files that are none of these, and what people call them. */
const SIGNATURES: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ['a zip archive or Office document', [0x50, 0x4b, 0x03, 0x04]],
  ['a gzip file', [0x1f, 0x8b]],
  ['a PDF', [0x25, 0x50, 0x44, 0x46]],
  ['an image', [0x89, 0x50, 0x4e, 0x47]],
  ['an image', [0xff, 0xd8, 0xff]],
  ['a PGP message', [0x2d, 0x2d, 0x2d, 0x2d, 0x2d, 0x42, 0x45, 0x47, 0x49, 0x4e, 0x20, 0x50, 0x47, 0x50]],
  ['an old Office document', [0xd0, 0xcf, 0x11, 0xe0]],
  ['text in UTF-16', [0xff, 0xfe]],
  ['text in UTF-16', [0xfe, 0xff]],
];

/** Detects the type of a file by its beginning, never by its name. */
export function detectType(beginning: Buffer): { readonly type: FileType } | { readonly problem: string } {
  for (const [name, bytes] of SIGNATURES) {
    if (bytes.every((byte, index) => beginning[index] === byte)) return { problem: `it is ${name}` };
  }
  if (beginning.includes(0)) return { problem: 'it holds bytes of no text' };
  const text = beginning
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (text === '') return { problem: 'it begins with nothing but blanks' };
  if (text.startsWith('[')) return { type: 'json' };
  return { type: text.startsWith('{') ? 'json-lines' : 'csv' };
}
