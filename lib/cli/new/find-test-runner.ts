import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { decodeText } from '../decode-text.ts';
import { UsageError } from '../usage-error.ts';
import { type ProjectTraits, type TestRunner, testRunners } from './test-runner.ts';

/** What `--test` takes: a runner, or that no test be written. */
export const TEST_CHOICES = [...Object.keys(testRunners), 'none'];

interface Manifest {
  readonly type?: string;
  readonly dependencies?: object;
  readonly devDependencies?: object;
}

/**
 * The test runner of a project: what was asked for, or what its package.json names, else Node's own.
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
  if (packages.has('vitest')) return 'vitest';
  return packages.has('jest') ? 'jest' : 'node';
}

/** Of the nearest package.json, from the folder upwards. */
function traitsOf(folder: string): ProjectTraits {
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    const file = path.join(place, 'package.json');
    if (existsSync(file)) {
      const { type, dependencies = {}, devDependencies = {} } = readManifest(file);
      return {
        isModule: type === 'module',
        packages: new Set([...Object.keys(dependencies ?? {}), ...Object.keys(devDependencies ?? {})]),
      };
    }
    if (place === path.dirname(place)) return { isModule: false, packages: new Set() };
  }
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
