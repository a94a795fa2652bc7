import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { UsageError } from '../usage-error.ts';

/** Where a CDK app was synthesized to. */
export interface Synthesized {
  readonly assembly: string;
  readonly tookMs: number;
}

/**
 * Runs the app that `cdk.json` in a folder names, as the CDK's own command would with `--no-validation`.
 *
 * @param signal - ends the app
 * @throws UsageError when there is no `cdk.json`, or the app fails; the message holds the end of what it wrote
 */
export async function synthesize(folder: string, signal: AbortSignal): Promise<Synthesized> {
  const started = performance.now();
  const { app, output, context } = readCdkJson(folder);
  const assembly = path.resolve(folder, output);
  const written: string[] = [];
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(app, {
      cwd: folder,
      shell: true,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      // The CDK's own check of the templates takes seconds, and is of use where they are deployed to AWS. What an app loads,
      // the CDK's library above all, is compiled once for all runs.
      env: {
        CDK_VALIDATION: 'false',
        ...compileCache(),
        ...process.env,
        CDK_OUTDIR: assembly,
        CDK_CONTEXT_JSON: JSON.stringify(context),
      },
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => written.push(String(chunk)));
    // The whole group: the shell that runs the app passes no signal on.
    const end = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
    signal.addEventListener('abort', end, { once: true });
    child.on('error', reject);
    child.on('close', (ended) => {
      signal.removeEventListener('abort', end);
      resolve(ended);
    });
  });
  if (signal.aborted) throw new UsageError('interrupted while the CDK app was synthesized');
  if (code !== 0) {
    const end = written.join('').trim().split('\n').slice(-12).join('\n');
    throw new UsageError(`the CDK app (${app}) failed with exit code ${code}:\n${end}`);
  }
  return { assembly, tookMs: performance.now() - started };
}

/** For a process of Node: where this one keeps what it has compiled. */
function compileCache(): { readonly NODE_COMPILE_CACHE?: string } {
  const folder = module.getCompileCacheDir?.();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}

function readCdkJson(folder: string): { app: string; output: string; context: unknown } {
  const file = path.join(folder, 'cdk.json');
  if (!existsSync(file)) {
    throw new UsageError(
      `there is no cdk.json in ${folder}; run ringback there, name a folder with --assembly, or start with --empty`,
    );
  }
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  let json: { app?: unknown; output?: unknown; context?: unknown };
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${(error as Error).message}`);
  }
  if (typeof json.app !== 'string') throw new UsageError(`${file} names no "app"`);
  return {
    app: json.app,
    output: typeof json.output === 'string' ? json.output : 'cdk.out',
    context: json.context ?? {},
  };
}
