import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pathProblem, plainPath, type ZipMember } from '../../archive/index.ts';
import type { ArtifactFailures } from './artifact-failure.ts';
import { byPath, isExecutable } from './folder-members.ts';
import { steadyFile } from './steady-file.ts';

/** What a file of an archive holds: text, bytes, a stream, or what a file on disk holds. */
export type FileContent = string | Uint8Array | Readable | { readonly file: string };

/**
 * Makes members of an archive from contents by path, sorted, so that their order in the object does not matter.
 *
 * @throws ArtifactError for a path that no archive may have, one that is a file and a folder at once, or a content of
 * another kind
 */
export async function fileMembers(
  files: Readonly<Record<string, FileContent>>,
  failures: ArtifactFailures,
): Promise<ZipMember[]> {
  const members: ZipMember[] = [];
  for (const [path, content] of Object.entries(files)) {
    const problem = pathProblem(path) ?? spellingProblem(path);
    if (problem) throw failures.because(problem, { entry: path });
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
      if (Object.hasOwn(files, path.slice(0, slash))) {
        throw failures.because(`"${path.slice(0, slash)}" is given as a file and as a folder`, { entry: path });
      }
    }
    members.push(await memberOf(path, content, failures));
  }
  return members.sort(byPath);
}

/** What is legal but surely not meant, here where somebody writes the path. */
function spellingProblem(path: string): string | undefined {
  if (path.includes('\\')) return 'the path holds a backslash; paths in an archive are divided by slashes';
  return plainPath(path) === path ? undefined : `write the path as "${plainPath(path)}"`;
}

async function memberOf(path: string, content: FileContent, failures: ArtifactFailures): Promise<ZipMember> {
  if (content instanceof Readable) {
    // One that fails before its turn comes must not end the process; opening it then tells.
    content.on('error', () => undefined);
    return { path, kind: 'file', open: () => content };
  }
  if (typeof content === 'string' || content instanceof Uint8Array) {
    return {
      path,
      kind: 'file',
      open: () => Readable.from([Buffer.from(content as Uint8Array)], { objectMode: false }),
    };
  }
  const file = (content as { file?: unknown } | null | undefined)?.file;
  if (typeof file !== 'string') {
    throw failures.because('the content must be text, a Buffer, a Readable or { file: path }', { entry: path });
  }
  const status = await stat(file, { bigint: true }).catch((error: unknown) => {
    throw failures.from(error, path);
  });
  if (!status.isFile()) throw failures.because(`${file} is no file`, { entry: path });
  return { path, kind: 'file', executable: isExecutable(status), open: () => steadyFile(file, status) };
}
