import { fileURLToPath } from 'node:url';

/**
 * The path of a handler that comes with the package: TypeScript in the repository, JavaScript in the published
 * package, where `handlers/` stands beside `infra/` just the same.
 */
export function handlerPath(name: string): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`../handlers/${name}.${extension}`, import.meta.url));
}
