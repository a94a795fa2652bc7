/**
 * Says why a path must not be used within an archive; `undefined` for a sound one.
 *
 * The rules hold on every system, so that an archive is accepted or refused alike wherever it is unpacked.
 */
export function pathProblem(path: string): string | undefined {
  if (path === '') return 'the path is empty';
  if (path.includes('\0')) return 'the path holds a NUL character';
  if (path.includes('\\')) return 'the path holds a backslash; paths in an archive are divided by slashes';
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) return 'the path is absolute';
  if (path.split('/').includes('..')) return 'the path leaves the archive by ".."';
  return undefined;
}

/** Drops what a path does not need: `./`, doubled slashes and a slash at the end. */
export function plainPath(path: string): string {
  return path
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .join('/');
}
