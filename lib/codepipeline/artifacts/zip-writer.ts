import type { Readable } from 'node:stream';
import type { ZipFile } from 'yazl';

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

/** Modes as Unix has them: the kind of the file and its permissions. */
const FILE_MODE = 0o100644;
const EXECUTABLE_MODE = 0o100755;
const FOLDER_MODE = 0o040755;
const LINK_MODE = 0o120777;

/** Writes an archive as a stream; one member is open at a time. The stream fails with whatever a member fails with. */
export async function* zipOf(members: readonly ZipMember[]): AsyncGenerator<Buffer> {
  // By its default: a bundler that splits chunks gives a CommonJS module no other export.
  const { default: yazl } = await import('yazl');
  const zip = new yazl.ZipFile();
  const output = zip.outputStream as Readable;
  let current: Readable | undefined;
  const fail = (error: Error) => output.destroy(error);
  zip.on('error', fail);
  for (const member of members) {
    add(zip, member, fail, (content) => {
      current = content;
    });
  }
  zip.end();
  try {
    yield* output;
  } finally {
    current?.destroy();
  }
}

function add(zip: ZipFile, member: ZipMember, fail: (error: Error) => void, onOpen: (content: Readable) => void): void {
  const options = { mode: modeOf(member), ...timeOf(member.modified) };
  if (member.kind === 'folder') {
    zip.addEmptyDirectory(member.path, options);
    return;
  }
  zip.addReadStreamLazy(member.path, options, (callback) => {
    Promise.resolve()
      .then(() => member.open())
      .then((content) => {
        onOpen(content);
        const broken = () => fail(content.errored ?? new Error('the stream was closed before its end'));
        if (content.destroyed) return broken();
        // yazl pipes, and a pipe does not pass errors on: without this the archive would never end.
        content.on('close', () => content.readableEnded || broken());
        content.on('error', () => undefined);
        callback(null, content);
      })
      .catch(fail);
  });
}

function modeOf(member: ZipMember): number {
  if (member.kind === 'folder') return FOLDER_MODE;
  if (member.kind === 'link') return LINK_MODE;
  return member.executable ? EXECUTABLE_MODE : FILE_MODE;
}

function timeOf(modified: Date | undefined): { mtime: Date; forceDosTimestamp?: boolean } {
  // The archive's own time has no zone: this one reads the same wherever it is written.
  if (modified === undefined) return { mtime: new Date(1980, 0, 1), forceDosTimestamp: true };
  // yazl cannot write times before 1970.
  return { mtime: modified.getTime() >= 0 ? modified : new Date(0) };
}
