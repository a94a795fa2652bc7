/** What differs between test runners in the tests that `ringback new` writes; all else is the same for each. */
export interface TestRunner {
  /** The lines that import what a test uses of its runner. */
  readonly imports: (...names: readonly ('afterEach' | 'beforeEach' | 'test')[]) => string;
  /** A statement that two expressions are equal, members and all. */
  readonly equal: (actual: string, expected: string) => string;
  /** How a test imports a handler, by its name. */
  readonly handler: (name: string) => string;
  /** The command line that runs a file of tests. */
  readonly command: (file: string) => string;
}

/** What a project has that decides how its tests look. */
export interface ProjectTraits {
  /** Whether its files are ES modules: `"type": "module"`. */
  readonly isModule: boolean;
  /** The packages that its package.json names, and where that has no test runner those above it. */
  readonly packages: ReadonlySet<string>;
  /** Whether its TypeScript may import `./gate.ts`. */
  readonly importsTs: boolean;
}

/** The runners by the names that `--test` takes. */
export const testRunners: Readonly<Record<string, (traits: ProjectTraits) => TestRunner>> = {
  jest: ({ isModule, packages }) => ({
    imports: (...names) =>
      packages.has('@types/jest') ? '' : `import { ${['expect', ...names].sort().join(', ')} } from '@jest/globals';\n`,
    equal: expectEqual,
    // Jest looks for the very file, and a CommonJS project's are TypeScript.
    handler: (name) => `../handlers/${name}${isModule ? '.js' : ''}`,
    command: (file) => `npx jest ${file}`,
  }),
  vitest: () => ({
    imports: (...names) => `import { ${['expect', ...names].sort().join(', ')} } from 'vitest';\n`,
    equal: expectEqual,
    // `.js` is understood with every module setting of TypeScript; .ts needs allowImportingTsExtensions.
    handler: (name) => `../handlers/${name}.js`,
    command: (file) => `npx vitest run ${file}`,
  }),
  node: (traits) => {
    const byTsx = needsTsx(traits);
    return {
      imports: (...names) =>
        `import { deepEqual } from 'node:assert/strict';\nimport { ${[...names].sort().join(', ')} } from 'node:test';\n`,
      equal: (actual, expected) => `deepEqual(${actual}, ${expected});`,
      // Node itself finds files by their own names; tsx reads .js as TypeScript does.
      handler: (name) => `../handlers/${name}.${byTsx ? 'js' : 'ts'}`,
      command: (file) => (byTsx ? `npx tsx --test ${file}` : `node --test ${file}`),
    };
  },
};

function expectEqual(actual: string, expected: string): string {
  return `expect(${actual}).toEqual(${expected});`;
}

/**
 * Node strips types from 22.18 on, and in a CommonJS project it takes a file with imports for a script. It finds files by
 * their own names only, with which not every project compiles.
 */
function needsTsx({ isModule, packages, importsTs }: ProjectTraits): boolean {
  return packages.has('tsx') || !isModule || !importsTs || !process.features.typescript;
}
