import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Bundle, bundleHandler } from '../../infra/index.ts';

/** A handler that is measured. */
export interface Subject {
  readonly name: 'empty' | 'bare' | 'calls' | 'ringback' | 'hand-written';
  /** The folder that Lambda would have as /var/task. */
  readonly folder: string;
  /** All code, chunks included, source maps left out. */
  readonly bytes: number;
  /** What the code comes from; of `ringback` only. */
  readonly bundle?: Bundle;
}

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '../..');

/** Bundles the deployment gate as `CallbackFunction` does. */
export async function bundleGate(folder: string): Promise<Subject & { readonly bundle: Bundle }> {
  const outdir = path.join(folder, 'ringback');
  const bundle = await bundleHandler({ entry: path.join(root, 'handlers/deployment-gate.ts'), outdir });
  const bytes = bundle.files.filter(isCode).reduce((sum, file) => sum + file.bytes, 0);
  await addEntries(outdir);
  return { name: 'ringback', folder: outdir, bytes, bundle };
}

/** Bundles the hand-written gate, or a floor, the ordinary way: one minified ES module. */
export async function bundlePlainly(folder: string, name: Exclude<Subject['name'], 'ringback'>): Promise<Subject> {
  const outdir = path.join(folder, name);
  const entry = name === 'hand-written' ? 'hand-written/handler.ts' : `floor/${name}.ts`;
  const bytes = await bundleAlone(entry, outdir);
  await addEntries(outdir);
  return { name, folder: outdir, bytes };
}

/** Bundles the hand-written job worker. @returns the file to run */
export async function bundleWorker(folder: string): Promise<string> {
  const outdir = path.join(folder, 'hand-written-worker');
  await bundleAlone('hand-written/job-worker.ts', outdir);
  return path.join(outdir, 'index.mjs');
}

/** @returns the size, in bytes */
async function bundleAlone(entry: string, outdir: string): Promise<number> {
  const { metafile } = await build({
    entryPoints: { index: path.join(here, entry) },
    outdir,
    bundle: true,
    minify: true,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    alias: { '@aws-sdk/util-dynamodb': path.join(here, 'hand-written/marshall.ts') },
    // What everybody adds who bundles CommonJS into an ES module.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return Object.values(metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0);
}

export function isCode({ path: file }: { readonly path: string }): boolean {
  return file.endsWith('.mjs');
}

/** Two more entries: one that also answers how much CPU its process has used, and one whose user logic asks nobody. */
async function addEntries(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await copyFile(path.join(here, 'warm-entry.mjs'), path.join(folder, 'warm.mjs'));
  await copyFile(path.join(here, 'cold-entry.mjs'), path.join(folder, 'cold.mjs'));
  await writeFile(path.join(folder, 'package.json'), '{}\n');
}
