import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import AdmZip from 'adm-zip';
import { TarArchive, ZipArchive } from 'archiver';
import { zipSync } from 'fflate';
import JSZip from 'jszip';
import { pack } from 'tar-stream';
import yazl from 'yazl';
import type { Trait } from './sample-tree.ts';

/** A program that packs a folder. */
export interface Writer {
  readonly name: string;
  /** The program that it needs; absent where npm brings it. */
  readonly program?: string;
  /** What does not survive it, so that the folder has none of it. */
  readonly loses: readonly Trait[];
  /** @param dir - what to pack @param out - a file that does not exist yet, which it may write */
  write(dir: string, out: string): Promise<Buffer> | Buffer;
}

/** Runs a program within the folder that is packed; `OUT` stands for the archive. */
function command(name: string, line: readonly string[], loses: readonly Trait[] = []): Writer {
  const [program = '', ...args] = line;
  return {
    name,
    program,
    loses,
    write(dir, out) {
      const locale = { LC_ALL: 'C.UTF-8' };
      const stdout = execFileSync(
        program,
        args.map((arg) => arg.replaceAll('OUT', out)),
        {
          cwd: dir,
          env: { ...process.env, ...locale },
          stdio: ['ignore', 'pipe', 'pipe'],
          maxBuffer: 100_000_000,
        },
      );
      return line.some((arg) => arg.includes('OUT')) ? readFileSync(out) : stdout;
    },
  };
}

const shell = (name: string, program: string, script: string, loses: readonly Trait[] = []): Writer => ({
  ...command(name, ['sh', '-c', script], loses),
  program,
});

/** Libraries that are given contents lose what is no file. */
const FILES_ONLY: readonly Trait[] = ['links', 'modes', 'empty folders'];

const python = (name: string, script: string, loses: readonly Trait[] = []) =>
  command(name, ['python3', '-c', script, 'OUT'], loses);

const PYTHON_ZIP = `
import os, sys, zipfile
out = zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED)
for folder, folders, files in os.walk('.'):
    for name in folders + files:
        out.write(os.path.join(folder, name))
out.close()`;
const PYTHON_ZIP64 = `
import os, sys, zipfile
out = zipfile.ZipFile(sys.argv[1], 'w')
for folder, folders, files in os.walk('.'):
    for name in files:
        path = os.path.join(folder, name)
        with out.open(zipfile.ZipInfo.from_file(path), 'w', force_zip64=True) as entry:
            entry.write(open(path, 'rb').read())
out.comment = b'PK\\x05\\x06 in a comment'
out.close()`;
const pythonTar = (format: string) => `
import sys, tarfile
out = tarfile.open(sys.argv[1], 'w:gz', format=tarfile.${format})
out.add('.', arcname='.')
out.close()`;

export const WRITERS: readonly Writer[] = [
  command('zip', ['zip', '-qry', 'OUT', '.']),
  // It cannot store on a pipe, as it would links and empty files.
  shell('zip, as a stream with data descriptors', 'zip', 'zip -qr - . | cat', ['links']),
  command('zip, in the 64-bit form', ['zip', '-qry', '-fz', 'OUT', '.']),
  command('zip, stored', ['zip', '-qry0', 'OUT', '.']),
  shell('zip with a comment', 'zip', 'zip -qry OUT . && echo "what a comment" | zip -qz OUT'),
  shell('zip behind a program', 'zip', 'zip -qry OUT.zip . && (echo "#!/bin/sh"; cat OUT.zip) > OUT'),
  shell(
    'zip behind a program, adjusted',
    'zip',
    'zip -qry OUT.zip . && (echo "#!/bin/sh"; cat OUT.zip) > OUT && zip -qA OUT',
  ),
  shell('zip, 64-bit, behind a program', 'zip', 'zip -qry -fz OUT.zip . && (echo "#!/bin/sh"; cat OUT.zip) > OUT'),
  command('7-Zip, zip', ['7z', 'a', '-tzip', '-snl', '-bso0', '-bsp0', 'OUT', '.'], ['backslashes']),
  command('7-Zip, tar', ['7z', 'a', '-ttar', '-snl', '-bso0', '-bsp0', 'OUT', '.'], ['backslashes', 'modes']),
  command('jar', ['jar', 'cfM', 'OUT', '.'], ['links', 'modes']),
  python('Python, zipfile', PYTHON_ZIP, ['links']),
  python('Python, zipfile with the 64-bit form for each entry', PYTHON_ZIP64, ['links', 'empty folders']),
  python('Python, tarfile, pax', pythonTar('PAX_FORMAT')),
  python('Python, tarfile, GNU', pythonTar('GNU_FORMAT')),
  ...['gnu', 'pax', 'ustar', 'posix'].map((format) =>
    command(`GNU tar, ${format}`, ['tar', 'czf', 'OUT', `--format=${format}`, '.']),
  ),
  command('GNU tar, v7', ['tar', 'cf', 'OUT', '--format=v7', '.'], ['long paths']),
  command('GNU tar, plain', ['tar', 'cf', 'OUT', '.']),
  command('GNU tar, with a label', ['tar', 'cf', 'OUT', '-V', 'a label', '.']),
  shell(
    'GNU tar, in two gzip members',
    'tar',
    'tar cf OUT.tar . && (head -c 5000 OUT.tar | gzip; tail -c +5001 OUT.tar | gzip) > OUT',
  ),
  ...['zip', 'pax', 'gnutar', 'ustar'].map((format) =>
    command(`bsdtar, ${format}`, ['bsdtar', '-cf', 'OUT', `--format=${format}`, '.']),
  ),
  command('busybox tar', ['busybox', 'tar', 'cf', 'OUT', '.']),
  shell('cpio, ustar', 'cpio', 'find . -print0 | cpio --quiet -0 -o -H ustar'),
  command('pax', ['pax', '-w', '-x', 'ustar', '-f', 'OUT', '.']),
  ...['zip', 'tar.gz'].map((format) =>
    shell(
      `git archive, ${format}`,
      'git',
      `git init -q OUT.git && git --git-dir=OUT.git/.git --work-tree=. add -A && ` +
        `git --git-dir=OUT.git/.git -c user.name=n -c user.email=e@example.com commit -qm c && ` +
        `git --git-dir=OUT.git/.git archive --format=${format} HEAD -o OUT`,
      ['empty folders'],
    ),
  ),
  {
    name: 'yazl',
    loses: ['links', 'backslashes', 'colons'],
    async write(dir) {
      const zip = new yazl.ZipFile();
      for (const { entry, file, isFolder, mode } of filesOf(dir)) {
        if (isFolder) zip.addEmptyDirectory(entry);
        else zip.addFile(file, entry, { mode });
      }
      zip.end();
      return buffer(zip.outputStream as NodeJS.ReadableStream);
    },
  },
  {
    name: 'archiver, zip',
    loses: ['links', 'backslashes', 'colons'],
    write: (dir) => archived(new ZipArchive({}), dir),
  },
  {
    name: 'archiver, tar.gz',
    loses: ['links', 'backslashes', 'colons'],
    write: (dir) => archived(new TarArchive({ gzip: true }), dir),
  },
  {
    name: 'adm-zip',
    loses: FILES_ONLY.concat('backslashes'),
    write(dir) {
      const zip = new AdmZip();
      for (const { entry, file, isFolder } of filesOf(dir)) if (!isFolder) zip.addFile(entry, readFileSync(file));
      return zip.toBuffer();
    },
  },
  {
    name: 'fflate',
    loses: FILES_ONLY.concat('backslashes'),
    write(dir) {
      const files = filesOf(dir).filter(({ isFolder }) => !isFolder);
      return Buffer.from(zipSync(Object.fromEntries(files.map(({ entry, file }) => [entry, readFileSync(file)]))));
    },
  },
  ...(['DOS', 'UNIX'] as const).map(
    (platform): Writer => ({
      name: `JSZip, ${platform}`,
      loses: FILES_ONLY.concat('backslashes'),
      write(dir) {
        const zip = new JSZip();
        for (const { entry, file, isFolder } of filesOf(dir)) if (!isFolder) zip.file(entry, readFileSync(file));
        return zip.generateAsync({ type: 'nodebuffer', platform, streamFiles: true });
      },
    }),
  ),
  {
    name: 'tar-stream',
    loses: ['links'],
    write(dir) {
      const tar = pack();
      for (const { entry: name, file, isFolder, mode } of filesOf(dir)) {
        if (isFolder) tar.entry({ name, type: 'directory' });
        else tar.entry({ name, mode }, readFileSync(file));
      }
      tar.finalize();
      return buffer(tar);
    },
  },
];

function archived(archive: ZipArchive | TarArchive, dir: string): Promise<Buffer> {
  archive.directory(dir, false);
  const whole = buffer(archive);
  return archive.finalize().then(() => whole);
}

function filesOf(dir: string) {
  return readdirSync(dir, { recursive: true, withFileTypes: true }).map((item) => {
    const file = path.join(item.parentPath, item.name);
    return { file, entry: path.relative(dir, file), isFolder: item.isDirectory(), mode: statSync(file).mode };
  });
}
