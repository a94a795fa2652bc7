/** The longest path that Linux takes (PATH_MAX), and so the longest that is read here, in bytes. */
export const LONGEST_PATH_BYTES = 4096;
/** The longest name of one file or folder in nearly every file system (NAME_MAX), in bytes. */
const LONGEST_NAME_BYTES = 255;

/**
 * Says why a path must not be used within an archive; `undefined` for a sound one.
 *
 * A name is one that Linux can have, since that is where functions run: `a:b.txt` and `dev\x2duuid` are. On Windows, which
 * would take both for something else, they are refused.
 */
export function pathProblem(path: string, platform: NodeJS.Platform = process.platform): string | undefined {
  if (path === '') return 'the path is empty';
  if (path.includes('\0')) return 'the path holds a NUL character';
  if (!path.isWellFormed()) return 'the path is not well-formed Unicode, so it would not come back as it is';
  if (path.startsWith('/') || /^[a-z]:[\\/]/i.test(path)) return 'the path is absolute';
  if (leavesItsFolder(path)) return 'the path leaves the archive by ".."';
  const divided = path.replaceAll('\\', '/');
  if (divided !== path && (divided.startsWith('/') || leavesItsFolder(divided))) {
    return 'the path holds a backslash, and leads out of the archive where that divides folders';
  }
  if (platform === 'win32' && /[\\:*?"<>|]/.test(path)) {
    return 'the path holds a backslash or another character that Windows does not take in names';
  }
  return lengthProblem(path);
}

function leavesItsFolder(path: string): boolean {
  return path.split('/').includes('..');
}

function lengthProblem(path: string): string | undefined {
  const bytes = Buffer.byteLength(path);
  if (bytes > LONGEST_PATH_BYTES) return `the path has ${bytes} bytes, more than the ${LONGEST_PATH_BYTES} of any path`;
  if (bytes <= LONGEST_NAME_BYTES) return undefined;
  const longest = Math.max(...path.split('/').map((name) => Buffer.byteLength(name)));
  if (longest <= LONGEST_NAME_BYTES) return undefined;
  return `the path holds a name of ${longest} bytes, more than the ${LONGEST_NAME_BYTES} that file systems take`;
}

/** Drops what a path does not need: `./`, doubled slashes and a slash at the end. */
export function plainPath(path: string): string {
  if (!/^\.\/|^\/|\/\.?\/|\/\.?$|^\.?$/.test(path)) return path;
  return path
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .join('/');
}
