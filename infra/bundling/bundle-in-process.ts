import { execFileSync } from 'node:child_process';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BundleError, type BundleProblem } from './bundle-error.ts';
import type { Bundle, BundleOptions } from './bundle-handler.ts';

/** What the bundling process answers. */
export type BundleReply = { readonly bundle: Bundle } | { readonly problems: readonly BundleProblem[] };

// The program stands beside this file, as TypeScript in the repository and as JavaScript in a published package.
const program = fileURLToPath(new URL(`bundle${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url));

/**
 * Bundles one handler in a process of its own and waits for it: constructs are synchronous, while esbuild takes
 * plugins in asynchronous builds only.
 *
 * @throws BundleError as `bundleHandler` does.
 */
export function bundleInProcess(options: BundleOptions): Bundle {
  const output = execFileSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', program, JSON.stringify(options)],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 26 },
  );
  const reply = JSON.parse(output) as BundleReply;
  if ('problems' in reply) throw new BundleError(relative(process.cwd(), options.entry), reply.problems);
  return reply.bundle;
}
