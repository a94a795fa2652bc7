import type { BuildOptions, Plugin } from 'esbuild';
import type { Build } from './build.ts';

/** Keeps a build to its entry. */
const alone: Plugin = {
  name: 'alone',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ kind, path }) =>
      kind === 'entry-point' ? undefined : { path, external: true },
    );
  },
};

/** What esbuild makes of a CommonJS file: a function that takes `exports` and `module`, or what of them is used. */
const WRAPPED = /__commonJS\(\{\n\s*(?:"[^\n]*"|'[^\n]*')\(([\w$, ]*)\) \{\n([\s\S]*)\n\s*\}\n\}\);/;
/** What TypeScript writes into what it compiles; it exports nothing. */
const ES_MODULE = /\bObject\.defineProperty\(exports, "__esModule", \{ value: (?:true|!0) \}\)/g;

/**
 * The names that a CommonJS file assigns to its exports; undefined where its text does not tell them for certain, since
 * it hands `exports` or `module` on, say, or assigns to them as a whole.
 *
 * esbuild is asked for the text: it leaves comments and types out, and writes `this.a`, `exports['a']` and `(exports.a)`
 * in one way.
 */
export async function assignedExports(
  build: Build,
  options: BuildOptions & { metafile: true; write: false },
  entry: string,
): Promise<readonly string[] | undefined> {
  const plain = { banner: {}, splitting: false, sourcemap: false, minify: false, minifySyntax: true } as const;
  const { outputFiles } = await build({ ...options, ...plain, entryPoints: { index: entry }, plugins: [alone] });
  const [, parameters, body] = WRAPPED.exec(outputFiles[0]?.text ?? '') ?? [];
  if (parameters === undefined || body === undefined) return undefined;
  const [exports = 'exports', module = 'module'] = parameters.split(', ').filter((name) => name !== '');
  const assignment = new RegExp(`(?<![\\w$.])(?:${name(module)}\\.exports|${name(exports)})\\.([\\w$]+) =(?!=)`, 'g');
  const names = [...body.matchAll(assignment)].flatMap(([, assigned = '']) => assigned);
  const rest = body.replaceAll(ES_MODULE, '').replaceAll(assignment, '');
  const isHandedOn = new RegExp(`(?<![\\w$])(?:${name(module)}|${name(exports)}|eval)(?![\\w$])`).test(rest);
  return isHandedOn ? undefined : [...new Set(names)];
}

/** An identifier within a regular expression. */
function name(identifier: string): string {
  return identifier.replaceAll('$', '\\$');
}
