import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Manifest } from '../../build/manifest.ts';

/** The packed package in a project that has just installed it. */
export interface Consumer {
  /** The project's folder. */
  readonly folder: string;
  /** Where the package lies in it. */
  readonly installed: string;
  readonly manifest: Manifest;
  readonly tarball: string;
  /** Every file of the tarball, relative to the package's folder. */
  readonly files: readonly string[];
}

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, '../..');
/** No program here needs the network, and minutes only where the machine is busy; one that hangs is killed. */
const LIMIT_MS = 300_000;
/** What the consumer's own code needs besides Ringback. */
const OWN_PACKAGES = ['zod', '@types/node', '@aws-sdk/client-codepipeline'];

/** A tarball as publishing would make it. */
export interface PackedPackage {
  readonly tarball: string;
  /** Every file of it, relative to the package's folder. */
  readonly files: readonly string[];
}

/**
 * Builds and packs the package as publishing would.
 *
 * The build goes into the folder as well, so that a `dist` that is in use stays as it is.
 *
 * @param work - an empty folder for all of it
 */
export function packPackage(work: string): PackedPackage {
  const stage = path.join(work, 'stage');
  mkdirSync(stage);
  node(root, 'build/main.ts', path.join(stage, 'dist'));
  const { files } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { files: string[] };
  const others = files.filter((file) => !/^!|^dist/.test(file));
  for (const file of ['package.json', 'README.md', 'LICENSE', ...others]) {
    cpSync(path.join(root, file), path.join(stage, file), { recursive: true });
  }
  return pack(stage);
}

/** Packs a folder that holds a built package. */
export function pack(stage: string): PackedPackage {
  const [packed] = JSON.parse(
    runWith('npm', stage, 'pack', '--json', '--ignore-scripts', '--offline', '--no-update-notifier'),
  ) as { filename: string; files: { path: string }[] }[];
  if (packed === undefined) throw new Error('npm pack packed nothing');
  return { tarball: path.join(stage, packed.filename), files: packed.files.map((file) => file.path).sort() };
}

/**
 * Unpacks the package into a new project without a registry; see {@link unpackInto}.
 *
 * @param work - an empty folder for it
 */
export function installPackage(work: string, packed: PackedPackage): Consumer {
  const folder = path.join(work, 'consumer');
  cpSync(path.join(here, 'consumer'), folder, { recursive: true });
  // Not among the files of the fixture: there it would hide this repository's package, by which they are checked.
  writeFileSync(path.join(folder, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }');
  mkdirSync(path.join(folder, 'handlers'));
  writeFileSync(path.join(folder, 'handlers/deployment-gate.ts'), readmeProgram());
  return { folder, ...unpackInto(folder, packed) };
}

/**
 * Unpacks a tarball into a project's node_modules; in place of an install, the packages that its package.json names are
 * linked from this repository.
 *
 * @param without - names of optional peers that the project has not installed
 */
export function unpackInto(
  folder: string,
  { tarball, files }: PackedPackage,
  { without = [] }: { readonly without?: readonly string[] } = {},
): Omit<Consumer, 'folder'> {
  const installed = path.join(folder, 'node_modules/ringback');
  mkdirSync(installed, { recursive: true });
  runWith('tar', installed, '-xzf', tarball, '--strip-components=1');
  const manifest = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8')) as Manifest;
  const linked = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies), ...OWN_PACKAGES];
  for (const name of linked.filter((name) => !without.includes(name))) {
    const link = path.join(folder, 'node_modules', name);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.join(root, 'node_modules', name), link, 'junction');
  }
  return { installed, manifest, tarball, files };
}

/** The first program that a reader of the README meets; it is the handler that the consumer deploys. */
function readmeProgram(): string {
  const program = /^```ts\n(.*?)^```$/ms.exec(readFileSync(path.join(root, 'README.md'), 'utf8'))?.[1];
  if (program === undefined) throw new Error('README.md holds no program: it must begin one with ```ts');
  return program;
}

/** The compiler's command line. */
export const tsc = path.join(root, 'node_modules/typescript/bin/tsc');

/**
 * Runs Node in a folder, with as little of this process's environment as programs need, and gives what it prints.
 *
 * @throws Error with what it wrote, when it ends with another code than 0 or does not end in five minutes
 */
export function node(cwd: string, ...args: readonly string[]): string {
  return runWith(process.execPath, cwd, ...args);
}

/** {@link node} with another program, such as a Node of another version. */
export function runWith(program: string, cwd: string, ...args: readonly string[]): string {
  const { PATH = '', HOME = '' } = process.env;
  try {
    return execFileSync(program, args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH, HOME },
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    });
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: string; stdout: string; stderr: string };
    const how = code === 'ETIMEDOUT' ? `did not end in ${LIMIT_MS / 1000} s` : 'failed';
    throw new Error(`${program} ${args.join(' ')} ${how}:\n${stdout}\n${stderr}`);
  }
}

/** Runs a program, an ES module, as {@link node} does, while this process goes on serving it. */
export async function nodeAside(cwd: string, program: string): Promise<string> {
  const { PATH = '' } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd,
    env: { PATH, HOME: cwd },
    timeout: LIMIT_MS,
  });
  return stdout;
}
