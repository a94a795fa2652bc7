import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Bundle } from './bundled-files.ts';
import { sourceFingerprint } from './source-fingerprint.ts';

/** A bundle with its bytes. */
export interface MadeBundle {
  readonly bundle: Bundle;
  /** What each of its files holds, in their order. */
  readonly contents: readonly Uint8Array[];
  /** All files that it was made from, relative to the project's root. */
  readonly inputs: readonly string[];
}

/** The place of one bundle among those that are kept between runs. */
export interface BundleCache {
  /** The bundle, where nothing that decides what it holds has changed. */
  find(): MadeBundle | undefined;
  /** Keeps it for the next run. Does nothing where it cannot be told whether it would still hold then. */
  keep(made: MadeBundle): void;
}

/** A bundle that nobody asked for in so long is removed, in milliseconds. */
const UNUSED_MS = 30 * 24 * 3_600_000;
const ABOUT = 'about.json';

interface KeptRecord {
  readonly fingerprint: string;
  readonly bundle: Bundle;
  readonly inputs: readonly string[];
}

/**
 * Opens the place of one bundle in `node_modules/.cache/ringback` of its project. With RINGBACK_BUNDLE_CACHE=off, and
 * where no folder node_modules is above the root, nothing is kept.
 *
 * @param root - the project's root
 * @param made - all that a bundle depends on beside its files: options, and the versions of what bundles
 */
export function openBundleCache(root: string, made: string): BundleCache {
  const home = process.env.RINGBACK_BUNDLE_CACHE === 'off' ? undefined : homeOf(root);
  if (home === undefined) return { find: () => undefined, keep: () => undefined };
  const folder = join(home, createHash('sha256').update(`${root}\n${made}`).digest('hex').slice(0, 32));
  return {
    find: () => quietly(() => read(root, folder)),
    keep: (bundle) =>
      void quietly(() => {
        write(root, folder, bundle);
        removeUnused(home);
      }),
  };
}

function homeOf(root: string): string | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    const modules = join(folder, 'node_modules');
    if (existsSync(modules)) return join(modules, '.cache', 'ringback', 'bundles');
    if (folder === dirname(folder)) return undefined;
  }
}

function read(root: string, folder: string): MadeBundle | undefined {
  if (!existsSync(folder)) return undefined;
  const { fingerprint, bundle, inputs } = JSON.parse(readFileSync(join(folder, ABOUT), 'utf8')) as KeptRecord;
  if (sourceFingerprint(root, inputs) !== fingerprint) return undefined;
  const contents = bundle.files.map((_file, index) => readFileSync(join(folder, String(index))));
  if (contents.some(({ byteLength }, index) => byteLength !== bundle.files[index]?.bytes)) return undefined;
  const now = new Date();
  utimesSync(folder, now, now);
  return { bundle, contents, inputs };
}

/** Written beside its place and put there at once: another process may be reading, or writing the same. */
function write(root: string, folder: string, { bundle, contents, inputs }: MadeBundle): void {
  const fingerprint = sourceFingerprint(root, inputs);
  rmSync(folder, { recursive: true, force: true });
  if (fingerprint === undefined) return;
  const beside = `${folder}-${randomUUID()}`;
  mkdirSync(beside, { recursive: true });
  for (const [index, content] of contents.entries()) writeFileSync(join(beside, String(index)), content);
  writeFileSync(join(beside, ABOUT), JSON.stringify({ fingerprint, bundle, inputs } satisfies KeptRecord));
  try {
    renameSync(beside, folder);
  } catch {
    // Another process was first.
    rmSync(beside, { recursive: true, force: true });
  }
}

function removeUnused(home: string): void {
  for (const name of readdirSync(home)) {
    const folder = join(home, name);
    if (Date.now() - statSync(folder).mtimeMs > UNUSED_MS) rmSync(folder, { recursive: true, force: true });
  }
}

/** A cache that cannot be read or written is none. */
function quietly<Value>(act: () => Value): Value | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
