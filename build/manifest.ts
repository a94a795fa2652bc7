import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What stands behind one entry of `exports`. */
export interface EntryTargets {
  readonly 'ringback-source': string;
  readonly module: string;
  readonly import: { readonly types: string; readonly default: string };
  readonly require: { readonly types: string; readonly default: string };
}

/** The parts of package.json that the build and the tests of the package look at. */
export interface Manifest {
  readonly version: string;
  readonly main: string;
  readonly types: string;
  readonly typesVersions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly sideEffects: readonly string[];
  readonly bin: Readonly<Record<string, string>>;
  readonly imports: Readonly<Record<string, Readonly<Record<string, string | Readonly<Record<string, string>>>>>>;
  readonly exports: Readonly<Record<string, string | EntryTargets>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** Reads the package.json of this repository. */
export function readManifest(): Manifest {
  return JSON.parse(readFileSync(fileURLToPath(new URL('../package.json', import.meta.url)), 'utf8')) as Manifest;
}
