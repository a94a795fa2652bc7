import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { decodeText } from '../decode-text.ts';
import { UsageError } from '../usage-error.ts';
import { type ProjectTraits, type TestRunner, testRunners } from './test-runner.ts';

/** What `--test` takes: a runner, or that no test be written. */
export const TEST_CHOICES = [...Object.keys(testRunners), 'none'];

/** The runners that a project names by a package. */
const RUNNERS = ['vitest', 'jest'] as const;

interface Manifest {
  readonly type?: string;
  readonly dependencies?: object;
  readonly devDependencies?: object;
}

/**
 * The test runner of a project: what was asked for, or what its package.json names or, in a workspace, one above it; else
 * Node's own.
 *
 * @param asked - what `--test` says
 * @returns undefined where no test is wanted
 * @throws UsageError when there is no such runner, or package.json cannot be read
 */
export function findTestRunner(folder: string, asked: string | undefined): TestRunner | undefined {
  if (asked !== undefined && !TEST_CHOICES.includes(asked)) {
    throw new UsageError(`--test must be ${TEST_CHOICES.join(', ')}, but is "${asked}"`);
  }
  const traits = traitsOf(folder);
  return testRunners[asked ?? runnerOf(traits)]?.(traits);
}

function runnerOf({ packages }: ProjectTraits): string {
  return RUNNERS.find((runner) => packages.has(runner)) ?? 'node';
}

/**
 * What the package.json files from the folder upwards say: the nearest one, and where that names no runner those above,
 * up to one that does, within the repository.
 */
function traitsOf(folder: string): ProjectTraits {
  const packages = new Set<string>();
  let isModule: boolean | undefined;
  for (const place of upwards(folder)) {
    const file = path.join(place, 'package.json');
    if (existsSync(file)) {
      const { type, dependencies, devDependencies } = readManifest(file);
      isModule ??= type === 'module';
      for (const name of Object.keys({ ...dependencies, ...devDependencies })) packages.add(name);
    }
    if (RUNNERS.some((runner) => packages.has(runner)) || existsSync(path.join(place, '.git'))) break;
  }
  return { isModule: isModule ?? false, packages, importsTs: mayImportTs(folder) };
}

/** Whether the nearest tsconfig.json lets imports end in `.ts`; true where there is none to object. */
function mayImportTs(folder: string): boolean {
  for (const place of upwards(folder)) {
    const file = path.join(place, 'tsconfig.json');
    if (!existsSync(file)) continue;
    // Not parsed: it may have comments, and extend others. Whoever sets it elsewhere imports .js as well.
    const text = decodeText(readFileSync(file));
    return /"(?:allowImportingTsExtensions|rewriteRelativeImportExtensions)"\s*:\s*true/.test(text);
  }
  return true;
}

/** A folder and those that it lies in. */
function upwards(folder: string): readonly string[] {
  const place = path.resolve(folder);
  const above = path.dirname(place);
  return above === place ? [place] : [place, ...upwards(above)];
}

function readManifest(file: string): Manifest {
  let manifest: unknown;
  try {
    manifest = JSON.parse(decodeText(readFileSync(file)));
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  if (typeof manifest === 'object' && manifest !== null && !Array.isArray(manifest)) return manifest;
  throw new UsageError(`${file} must hold a JSON object, but holds ${JSON.stringify(manifest).slice(0, 40)}`);
}
