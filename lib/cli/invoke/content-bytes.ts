import { Readable } from 'node:stream';
import { zipOf } from '../../archive/index.ts';
import type { SampleContent } from '../event/sample-files.ts';

/** The bytes of a content. */
export async function bytesOf(content: SampleContent): Promise<Uint8Array> {
  if (typeof content === 'string') return Buffer.from(content);
  if (content instanceof Uint8Array) return content;
  return zipOfFiles(
    Object.entries(content.archive).map(([path, text]) => ({ path, open: () => Readable.from([Buffer.from(text)]) })),
  );
}

/** A zip archive of files, the same for the same files. */
export async function zipOfFiles(
  files: readonly { readonly path: string; readonly open: () => Readable }[],
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of zipOf(files.map((file) => ({ ...file, kind: 'file' as const })))) pieces.push(piece);
  return Buffer.concat(pieces);
}
