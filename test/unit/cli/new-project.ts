import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runCli } from './run-cli.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const GIVEN = ['stage', 'uploads', 'server'];
const execute = promisify(execFile);

/** The folder of the same handlers with tests for Node's own runner. */
export const NODE_FOLDER = 'by-node';

/** What `ringback new --json` says. */
export interface NewHandler {
  readonly files: readonly string[];
  readonly infra: string;
  readonly events: readonly { readonly file: string; readonly event: string }[];
}

/** A folder inside the repository, so that `ringback/…` leads to its sources. */
export function projectFolder(): string {
  mkdirSync(path.join(ROOT, '.ringback'), { recursive: true });
  return mkdtempSync(path.join(ROOT, '.ringback', 'new-'));
}

/**
 * Makes a project with one handler of each kind, their tests, and a CDK app of one stack that holds the printed lines
 * of all, and compiles with the options of this repository.
 *
 * @param site - takes the place of https://example.com/ in the printed lines
 */
export async function newProject(
  folder: string,
  kinds: readonly string[],
  site: string,
): Promise<readonly NewHandler[]> {
  const handlers: NewHandler[] = [];
  for (const kind of kinds) {
    const { code, stdout, stderr } = await runCli(['new', kind, nameOf(kind), '--json'], { cwd: folder });
    if (code !== 0) throw new Error(`new ${kind} ended with ${code}: ${stderr}`);
    await runCli(['new', kind, nameOf(kind), '--dir', NODE_FOLDER, '--test', 'node'], { cwd: folder });
    const handler: NewHandler = JSON.parse(stdout);
    writeFileSync(path.join(folder, `${kind}.ts`), linesModule(handler.infra.replaceAll('https://example.com/', site)));
    handlers.push(handler);
  }
  writeFileSync(path.join(folder, 'app.ts'), appSource(kinds));
  const tsconfig = { extends: path.join(ROOT, 'tsconfig.json'), include: ['.'], exclude: ['cdk.out'] };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
  return handlers;
}

/** Runs a program under this very Node, as a person would in the project's folder. */
export function runNode(args: readonly string[], cwd: string) {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return execute(process.execPath, [...args], { cwd, env: { PATH, NODE_COMPILE_CACHE, NO_COLOR: '1' } });
}

/** The name of a kind's handler. */
export function nameOf(kind: string): string {
  return `new-${kind}`;
}

/** The printed lines as a function on a stack. What they do not use is not passed to them. */
function linesModule(infra: string): string {
  const [imports, ...statements] = infra.split('\n\n');
  const lines = statements.join('\n\n');
  const used = GIVEN.filter((name) => new RegExp(`\\b${name}\\b`).test(lines));
  const given = used.length === 0 ? '' : `, { ${used.join(', ')} }: Given`;
  return `import type { Stack } from 'aws-cdk-lib';
${used.length === 0 ? '' : "import type { Given } from '../../test/unit/cli/fixtures/new-stack.ts';\n"}${imports}

export function add(this: Stack${given}): void {
${lines}
}
`;
}

function appSource(kinds: readonly string[]): string {
  return `import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { NewStack } from '../../test/unit/cli/fixtures/new-stack.ts';
${kinds.map((kind, index) => `import { add as add${index} } from './${kind}.ts';`).join('\n')}

const app = new App({ analyticsReporting: false, builtinCloudFormationValidation: false, outdir: 'cdk.out' });
new NewStack(app, 'New', [${kinds.map((_, index) => `add${index}`).join(', ')}]);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
try {
  app.synth();
} catch (error) {
  // The assembly is written, and in it a report of what was found.
  if (!String(error).includes('Validation failed')) throw error;
}
`;
}
