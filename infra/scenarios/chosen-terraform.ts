import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * Puts the program that RINGBACK_TERRAFORM names on the PATH, before all others and as `terraform`: a build looks for it
 * there, as in AWS, and has no other variable of the developer's.
 *
 * @returns what takes it away again
 */
export async function chooseTerraform(env: NodeJS.ProcessEnv = process.env): Promise<() => Promise<void>> {
  const named = env.RINGBACK_TERRAFORM;
  const before = env.PATH ?? '';
  const program = named && find(named, before);
  if (!program) return async () => undefined;
  const folder = await mkdtemp(path.join(tmpdir(), 'ringback-terraform-'));
  await symlink(program, path.join(folder, 'terraform'));
  env.PATH = [folder, before].join(path.delimiter);
  return async () => {
    env.PATH = before;
    await rm(folder, { recursive: true, force: true });
  };
}

/** A program by its path, or by its name on the search path. */
function find(named: string, searchPath: string): string | undefined {
  const folders = named.includes(path.sep) ? ['.'] : searchPath.split(path.delimiter);
  return folders.map((folder) => path.resolve(folder, named)).find((file) => existsSync(file));
}
