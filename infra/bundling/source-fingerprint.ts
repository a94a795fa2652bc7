import { createHash, type Hash } from 'node:crypto';
import { type Dirent, existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';

/** An import whose files are found by a pattern: a file may come to it that stands where nothing stood before. */
const BY_PATTERN = /\b(?:import|require)\s*\(\s*(?:`[^`]*\$\{|['"][^'"]*['"]\s*\+)/;
/** A setting by which an import may lead to another place once a file is there. */
const BY_SEARCH = /"(?:paths|baseUrl)"\s*:/;
/** What says where imports lead, beside the names of the files themselves. */
const SETTINGS = ['package.json', '.pnp.cjs', '.pnp.data.json'];
/** How TypeScript and JavaScript are to be read. */
const CONFIGURATIONS = ['tsconfig.json', 'jsconfig.json'];

/**
 * One text for all that decides what a bundle of these files holds: their content, what stands beside them and above
 * them up to the root, the packages that could be found from there, and the settings of packages and TypeScript. Where
 * it is the same, bundling gives the same bytes.
 *
 * @param inputs - the files that a bundle was made from, relative to `root`
 * @returns undefined where that cannot be told: a file is gone, or imports are found by a pattern or a search
 */
export function sourceFingerprint(root: string, inputs: readonly string[]): string | undefined {
  const hash = createHash('sha256');
  try {
    for (const input of [...inputs].sort()) {
      const content = readFileSync(resolve(root, input));
      if (!isOfPackage(input) && BY_PATTERN.test(content.toString('latin1'))) return undefined;
      add(hash, input, content);
    }
    for (const folder of [...foldersOf(root, inputs)].sort()) addFolder(hash, root, folder);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}

function isOfPackage(input: string): boolean {
  return input.split(/[\\/]/).includes('node_modules');
}

function add(hash: Hash, name: string, content: string | Buffer): void {
  hash.update(`${name.length} ${name} ${content.length} `).update(content);
}

/** The folders of files and all above them: up to the root, or for a file that stands elsewhere, to the very top. */
function foldersOf(root: string, inputs: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const input of inputs) {
    for (let folder = dirname(resolve(root, input)); !folders.has(folder); folder = dirname(folder)) {
      folders.add(folder);
      if (folder === root) break;
    }
  }
  return folders;
}

function addFolder(hash: Hash, root: string, folder: string): void {
  const shown = relative(root, folder);
  const entries = readdirSync(folder, { withFileTypes: true });
  const names = new Set(entries.map(({ name }) => name));
  // What tools keep among the packages is none of them.
  const seen = basename(folder) === 'node_modules' ? entries.filter(({ name }) => !name.startsWith('.')) : entries;
  add(hash, shown, listed(folder, seen));
  for (const name of SETTINGS) if (names.has(name)) add(hash, join(shown, name), readFileSync(join(folder, name)));
  // esbuild heeds none of these among the packages.
  const configurations = isOfPackage(folder) ? [] : CONFIGURATIONS.filter((name) => names.has(name));
  for (const name of configurations) addTypeScript(hash, join(folder, name));
  if (names.has('node_modules')) addPackages(hash, join(folder, 'node_modules'));
}

/** The names in a folder, and where links among them lead. */
function listed(folder: string, entries: readonly Dirent[]): string {
  return entries
    .map((entry) =>
      entry.isSymbolicLink() ? `${entry.name} -> ${readlinkSync(join(folder, entry.name))}` : entry.name,
    )
    .sort()
    .join('\n');
}

function addPackages(hash: Hash, modules: string): void {
  const entries = readdirSync(modules, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
  add(hash, 'packages', listed(modules, entries));
  for (const { name } of entries.filter((entry) => entry.name.startsWith('@'))) {
    const scope = join(modules, name);
    add(hash, name, listed(scope, readdirSync(scope, { withFileTypes: true })));
  }
}

/** A configuration and those that it extends. @throws Error when one is not there, or makes imports be searched for */
function addTypeScript(hash: Hash, file: string): void {
  const text = readFileSync(file, 'utf8');
  if (BY_SEARCH.test(text)) throw new Error(`${file} has imports searched for`);
  add(hash, 'tsconfig', text);
  const [, list = ''] = /"extends"\s*:\s*("[^"]*"|\[[^\]]*\])/.exec(text) ?? [];
  for (const [, name = ''] of list.matchAll(/"([^"]*)"/g)) addTypeScript(hash, extended(file, name));
}

function extended(file: string, name: string): string {
  const isPath = /^\.{0,2}[\\/]|^\.{1,2}$/.test(name) || name.includes(`:${sep}`);
  const wanted = isPath ? resolve(dirname(file), name) : name;
  const tries = [wanted, `${wanted}.json`, join(wanted, 'tsconfig.json')];
  if (isPath) return tries.find((path) => path.endsWith('.json') && existsSync(path)) ?? wanted;
  const { resolve: find } = createRequire(file);
  for (const path of tries) {
    try {
      return find(path);
    } catch {
      // The next spelling.
    }
  }
  throw new Error(`${file} extends ${name}, which is not there`);
}
