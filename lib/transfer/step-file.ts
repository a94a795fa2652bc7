import type { Readable } from 'node:stream';

/** Options of reading a whole file into memory. */
export interface ReadOptions {
  /** The most bytes to hold; a larger file is refused before it is read. @defaultValue 10485760, 10 MiB */
  readonly maxBytes?: number;
}

/** The uploaded file, wherever it is. */
interface AnyStepFile {
  /** The last part of the key or path. */
  readonly name: string;
  /** For people: `s3://bucket/key` or `efs://file-system/path`. */
  readonly uri: string;
  /** Whether there still is a file. @throws PermissionError, UnavailableError */
  exists(): Promise<boolean>;
  /** In bytes. @throws UnavailableError when the file is gone or another one by now */
  size(): Promise<number>;
  /**
   * The content, in pieces; memory stays flat whatever the size. It fails when the file is changed meanwhile.
   *
   * @throws UnavailableError when the file is gone or another one by now
   */
  stream(): Promise<Readable>;
  /** The whole content. @throws ConfigurationError when it is larger than `maxBytes`; as {@link stream} */
  bytes(options?: ReadOptions): Promise<Buffer>;
  /** The whole content as UTF-8. @throws ConfigurationError when it is larger than `maxBytes`; as {@link stream} */
  text(options?: ReadOptions): Promise<string>;
}

/** A file in a bucket. */
export interface S3StepFile extends AnyStepFile {
  readonly domain: 'S3';
  readonly bucket: string;
  readonly key: string;
  /** As it was when the step began, without quotation marks. */
  readonly eTag: string | undefined;
  /** Absent where the bucket keeps no versions. */
  readonly versionId: string | undefined;
  /** The tags of the object. @throws UnavailableError as {@link S3StepFile.tag} */
  tags(): Promise<Readonly<Record<string, string>>>;
  /**
   * Puts tags on the object, beside those that it has. Its ETag stays, so later steps still find it. Only the object that
   * was uploaded is tagged: its version where the bucket keeps versions, else the one that still has its ETag.
   *
   * @throws UnavailableError when another object has taken its place in a bucket without versions
   */
  tag(tags: Readonly<Record<string, string>>): Promise<void>;
  /** Copies the object, within S3 where it has at most 5 GiB. */
  copyTo(location: { readonly bucket: string; readonly key: string }): Promise<void>;
}

/** A file in a file system. */
export interface EfsStepFile extends AnyStepFile {
  readonly domain: 'EFS';
  readonly fileSystemId: string;
  /** Within the file system, whatever part of it the function has mounted. */
  readonly path: string;
  /**
   * Where this function has it.
   *
   * @throws ConfigurationError when the function has no file system mounted, or the path is not in what it has mounted
   * @throws UnavailableError when it is a symbolic link, or one leads out of the mount: that is no upload
   */
  localPath(): string;
}

/** The uploaded file; `domain` tells which. */
export type StepFile = S3StepFile | EfsStepFile;

/** The default of {@link ReadOptions.maxBytes}. */
export const DEFAULT_MAX_BYTES = 10 * 1024 * 1024;
