import { crc32 } from 'node:zlib';

/** One entry of a crafted archive; everything may be made to lie. */
export interface CraftedEntry {
  readonly name: string;
  readonly data?: string | Buffer;
  /** @defaultValue the name */
  readonly localName?: string;
  /** What the header before the content says otherwise than the directory. */
  readonly local?: Partial<Pick<CraftedEntry, 'crc' | 'flags' | 'method' | 'size' | 'compressedSize'>>;
  readonly method?: number;
  readonly flags?: number;
  readonly mode?: number;
  readonly size?: number;
  readonly compressedSize?: number;
  readonly crc?: number;
  /** System and version; Unix where absent. */
  readonly madeBy?: number;
  /** Extra fields, in the directory alone. */
  readonly extra?: Buffer;
}

/** Makes an archive of stored entries without asking whether it makes sense. */
export function craftZip(entries: readonly CraftedEntry[], count: number = entries.length): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const data = Buffer.from(entry.data ?? '');
    const local = Buffer.concat([
      header(0x04034b50, 30, { ...entry, ...entry.local }, data, entry.localName ?? entry.name),
      data,
    ]);
    const central = header(0x02014b50, 46, entry, data, entry.name);
    central.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 38);
    central.writeUInt32LE(offset, 42);
    offset += local.length;
    locals.push(local);
    directory.push(central, entry.extra ?? Buffer.alloc(0));
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

function header(signature: number, length: number, entry: CraftedEntry, data: Buffer, name: string): Buffer {
  const isCentral = length === 46;
  const bytes = Buffer.alloc(length);
  const raw = Buffer.from(name);
  bytes.writeUInt32LE(signature, 0);
  if (isCentral) {
    bytes.writeUInt16LE(entry.madeBy ?? (3 << 8) | 63, 4);
    bytes.writeUInt16LE(entry.extra?.length ?? 0, 30);
  }
  // The fields from here on stand two bytes later in the directory.
  const at = isCentral ? 2 : 0;
  bytes.writeUInt16LE(0x800 | (entry.flags ?? 0), 6 + at);
  bytes.writeUInt16LE(entry.method ?? 0, 8 + at);
  bytes.writeUInt32LE(entry.crc ?? crc32(data), 14 + at);
  bytes.writeUInt32LE(entry.compressedSize ?? data.length, 18 + at);
  bytes.writeUInt32LE(entry.size ?? data.length, 22 + at);
  bytes.writeUInt16LE(raw.length, 26 + at);
  return Buffer.concat([bytes, raw]);
}
