import { type BuildOptions, build } from 'esbuild';
import { zipOf } from '../unit/local/lambda/zip-of.ts';

/** Bundles a handler the plain way, as `index.mjs` in a zip archive. */
export async function bundleToZip(handler: Pick<BuildOptions, 'entryPoints' | 'stdin'>): Promise<Buffer> {
  const { outputFiles } = await build({
    ...handler,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['ringback-source', 'lambda'],
    write: false,
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return zipOf({ 'index.mjs': outputFiles[0]?.text ?? '' });
}
