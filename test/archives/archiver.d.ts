/** As much of the types as the corpus uses; the package brings none. */
declare module 'archiver' {
  import type { Readable } from 'node:stream';

  interface Archive extends Readable {
    directory(dir: string, prefix: string | false): this;
    finalize(): Promise<void>;
  }
  export class ZipArchive {
    constructor(options?: object);
  }
  export class TarArchive {
    constructor(options?: object);
  }
  export interface ZipArchive extends Archive {}
  export interface TarArchive extends Archive {}
}
