/** One entry to write, with every liberty that a reader must be ready for. */
export interface CraftedEntry {
  readonly name: string;
  readonly content?: string | Buffer;
  /** @defaultValue '0' */
  readonly type?: string;
  readonly linkName?: string;
  /** @defaultValue 0o644 */
  readonly mode?: number;
  /** What the header says instead of the content's length. */
  readonly size?: number;
  /** @defaultValue the right one */
  readonly checksum?: number;
  /** How many blocks follow that go on with the map of a sparse file, as GNU tar's own format has them. @defaultValue 0 */
  readonly mapBlocks?: number;
}

/** Writes a tar archive entry by entry, in the ustar format. */
export function craftTar(entries: readonly CraftedEntry[], end: Buffer = Buffer.alloc(1024)): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? '');
    const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
    return [header(entry, content.length), ...mapBlocks(entry), content, padding];
  });
  return Buffer.concat([...blocks, end]);
}

/** A pax extended header for the entry that follows. */
export function pax(records: Readonly<Record<string, string>>): CraftedEntry {
  const content = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    let length = Buffer.byteLength(rest) + 1;
    while (String(length).length + Buffer.byteLength(rest) !== length) length++;
    return `${length}${rest}`;
  });
  return { name: 'PaxHeaders/x', type: 'x', content: content.join('') };
}

/** Blocks full of bytes that are no header; each but the last says that one more comes. */
function mapBlocks({ mapBlocks: count = 0 }: CraftedEntry): readonly Buffer[] {
  return Array.from({ length: count }, (_, index) => {
    const block = Buffer.alloc(512, '7');
    block[504] = index + 1 < count ? 1 : 0;
    return block;
  });
}

function header(entry: CraftedEntry, length: number): Buffer {
  const block = Buffer.alloc(512);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  block.write(entry.name, 0, 100);
  block.write(octal(entry.mode ?? 0o644, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(entry.size ?? length, 11), 124);
  block.write(octal(0, 11), 136);
  block.write('        ', 148);
  block.write(entry.type ?? '0', 156);
  block.write(entry.linkName ?? '', 157, 100);
  block.write('ustar\x0000', 257);
  if (entry.mapBlocks !== undefined) {
    block.write('ustar  \0', 257);
    block[482] = 1;
  }
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${(entry.checksum ?? sum).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
