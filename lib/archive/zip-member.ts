import type { Readable } from 'node:stream';

/** One entry to be written. */
export interface ZipMember {
  /** Divided by slashes; checked by the caller. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  readonly executable?: boolean;
  /** @defaultValue 1980, the beginning of time in archives, so that equal content gives an equal archive */
  readonly modified?: Date | undefined;
  /** Opens the content (of a link: its target); called when its turn comes. */
  readonly open: () => Readable | Promise<Readable>;
}
