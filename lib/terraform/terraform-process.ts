import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { EngineFailure } from './failure.ts';

/** One message of Terraform's `-json` output; see "Machine-Readable UI" in Terraform's documentation. */
export interface TerraformMessage {
  readonly '@level'?: string;
  readonly '@message'?: string;
  readonly type?: string;
  readonly terraform?: string;
  readonly tofu?: string;
  readonly diagnostic?: Diagnostic;
  readonly hook?: {
    readonly resource?: { readonly addr?: string };
    readonly action?: string;
    readonly elapsed_seconds?: number;
  };
  readonly outputs?: Readonly<Record<string, { readonly value?: unknown; readonly sensitive?: boolean }>>;
}

/** What Terraform has to say about a configuration or a run. */
export interface Diagnostic {
  readonly severity?: string;
  readonly summary?: string;
  readonly detail?: string;
  readonly address?: string;
  readonly range?: { readonly filename?: string; readonly start?: { readonly line?: number } };
  /** The source around it; its context is the head of the block. */
  readonly snippet?: { readonly context?: string | null };
}

/** Runs Terraform in a folder. */
export interface TerraformRun {
  readonly binary: string;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Aborts when Terraform must stop; it is interrupted, and saves its state. */
  readonly stop: AbortSignal;
  /** Aborts when it must be gone. */
  readonly kill: AbortSignal;
}

/** How a command ended. */
export interface CommandEnd {
  readonly code: number | null;
  readonly errors: readonly Diagnostic[];
  readonly stderr: string;
  readonly stdout: string;
}

/** The most that is kept of what Terraform prints beside its messages, in characters. */
const LONGEST_TEXT = 64_000;

/** Runs a command, and tells of each message. @throws EngineFailure when the binary cannot be started */
export async function runTerraform(
  { binary, folder, env, stop, kill }: TerraformRun,
  args: readonly string[],
  onMessage?: (message: TerraformMessage) => void,
): Promise<CommandEnd> {
  const child = spawn(binary, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const errors: Diagnostic[] = [];
  let stderr = '';
  let stdout = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-LONGEST_TEXT);
  });
  if (onMessage === undefined) {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
  } else {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = readMessage(line);
      if (message === undefined) stdout = `${stdout}${line}\n`.slice(-LONGEST_TEXT);
      else {
        if (message.diagnostic?.severity === 'error') errors.push(message.diagnostic);
        onMessage(message);
      }
    });
  }
  // A group of its own: nobody else's interrupt reaches it, and a kill takes its providers along.
  const interrupt = () => child.kill('SIGINT');
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It is gone.
    }
  };
  stop.addEventListener('abort', interrupt);
  kill.addEventListener('abort', end);
  if (stop.aborted) interrupt();
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    return { code, errors, stderr, stdout };
  } catch (cause) {
    throw new EngineFailure('internal', 'engine', `${binary} could not be started: ${(cause as Error).message}`, {
      cause,
    });
  } finally {
    stop.removeEventListener('abort', interrupt);
    kill.removeEventListener('abort', end);
  }
}

function readMessage(line: string): TerraformMessage | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as TerraformMessage;
  } catch {
    return undefined;
  }
}

/** What of this process's environment Terraform is not given: it would change how it runs, or what it prints. */
const WITHHELD = /^(TF_LOG|TF_CLI_ARGS|TF_VAR_|TF_WORKSPACE|TF_DATA_DIR|TF_REATTACH|RINGBACK_|NODE_)/;

/** The environment that Terraform runs in. */
export function terraformEnvironment(env: NodeJS.ProcessEnv, home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !WITHHELD.test(name));
  return { HOME: home, ...Object.fromEntries(kept), TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' };
}
