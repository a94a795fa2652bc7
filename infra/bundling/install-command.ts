import { existsSync } from 'node:fs';
import path from 'node:path';

/** The files by which a package manager is known, and how it adds packages, those for development last. */
const MANAGERS = [
  ['package-lock.json', 'npm install', 'npm install --save-dev'],
  ['pnpm-lock.yaml', 'pnpm add', 'pnpm add --save-dev'],
  ['yarn.lock', 'yarn add', 'yarn add --dev'],
  ['bun.lock', 'bun add', 'bun add --dev'],
  ['bun.lockb', 'bun add', 'bun add --dev'],
] as const;

/**
 * The command that installs packages in a project, by the manager whose lockfile is nearest: npm's own would make a second
 * tree beside that of pnpm or Yarn, which those do not see.
 *
 * @param folder - the project's, or one within it
 * @param isForDevelopment - whether the packages stay out of what the project ships
 */
export function installCommand(packages: string, folder: string, isForDevelopment = false): string {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const found = MANAGERS.find(([lockfile]) => existsSync(path.join(at, lockfile)));
    const isRoot = path.dirname(at) === at;
    const [, add, addForDevelopment] = found ?? MANAGERS[0];
    if (found !== undefined || isRoot) return `${isForDevelopment ? addForDevelopment : add} ${packages}`;
  }
}
