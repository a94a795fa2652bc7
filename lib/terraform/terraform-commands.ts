import { failureOf, type Stage, UNSAVED } from './describe-failure.ts';
import { EngineFailure } from './failure.ts';
import { readJson } from './product-store.ts';
import type { RunParts } from './run-parts.ts';
import { type Outputs, readOutputs, type TerraformMessage } from './terraform-message.ts';
import { type CommandEnd, runTerraform, type TerraformRun, terraformEnvironment } from './terraform-process.ts';

/** The oldest Terraform whose S3 backend has a lock of its own. */
const OLDEST = [1, 10] as const;

/** The commands of Terraform in one folder. */
export interface TerraformCommands {
  /** Runs a command that tells of itself in messages. @throws EngineFailure when it fails, or the run has to stop */
  run(stage: Stage, args: readonly string[], onBegin?: () => void): Promise<void>;
  /** Runs a command whose standard output is one value as JSON. @throws EngineFailure */
  read(stage: Stage, args: readonly string[]): Promise<unknown>;
  /** Reads all outputs with their values, after an apply. @throws EngineFailure */
  readOutputs(): Promise<Outputs>;
  /** What the last apply told of outputs: those that are not sensitive with their values. */
  outputs(): Outputs;
}

/** A command that failed. `end` tells what it said, for who knows better than its first error. */
export class CommandFailure extends EngineFailure {
  readonly end: CommandEnd;

  constructor({ kind, fault, message }: EngineFailure, end: CommandEnd) {
    super(kind, fault, message);
    this.end = end;
  }
}

/** Creates the commands. */
export function createCommands({ run, time, workspace, redact }: RunParts, folder: string): TerraformCommands {
  const terraform: TerraformRun = {
    binary: run.binary,
    folder,
    workspace,
    env: terraformEnvironment({ ...run.env, AWS_REGION: run.connection.region }, workspace),
    stop: time.stop,
    kill: time.kill,
  };
  let outputs: Outputs = {};
  let began = false;

  function follow({ type, hook, ...message }: TerraformMessage, onBegin: () => void): void {
    if (type === 'outputs' && message.outputs !== undefined) outputs = message.outputs;
    if (type === 'apply_start' && !began) {
      began = true;
      onBegin();
    }
    if (/^apply_(start|progress|complete|errored)$/.test(type)) {
      run.log.info(`terraform ${type.replace('_', ' ')}`, { resource: hook.address, action: hook.action });
    }
  }

  async function read(stage: Stage, args: readonly string[]): Promise<unknown> {
    const { stdout, ...end } = await runTerraform(terraform, [stage, ...args]);
    // What it printed may be values that nobody declared secret, in part.
    const told = { ...end, stdout: '' };
    if (end.code !== 0) {
      const failure = time.stop.aborted ? stopped(time.stop, stage, began, end) : failureOf(stage, told, began, redact);
      throw new CommandFailure(failure, told);
    }
    const value = readJson(stdout) ?? readJson(withoutWarnings(stdout));
    if (value !== undefined) return value;
    const what = stdout === '' ? 'nothing' : `no JSON, but ${stdout.length} characters`;
    throw new EngineFailure('internal', 'engine', `terraform ${stage} printed ${what}`);
  }

  return {
    outputs: () => outputs,
    async run(stage, args, onBegin = () => undefined) {
      if (time.stop.aborted) throw stopped(time.stop, stage, began);
      let tooOld: string | undefined;
      const end = await runTerraform(terraform, args, (message) => {
        tooOld ??= versionTooOld(message);
        follow(message, onBegin);
      });
      if (tooOld !== undefined) throw oldVersion(tooOld);
      if (end.code === 0) return;
      throw new CommandFailure(
        time.stop.aborted ? stopped(time.stop, stage, began, end) : failureOf(stage, end, began, redact),
        end,
      );
    },
    read,
    async readOutputs() {
      try {
        const outputs = readOutputs(await read('output', ['-json']));
        if (outputs !== undefined) return outputs;
        throw new EngineFailure('internal', 'engine', 'terraform output printed JSON, but no outputs');
      } catch (error) {
        if (!(error instanceof EngineFailure)) throw error;
        const applied = 'everything is applied, but its outputs could not be read; an update reads them again';
        throw new EngineFailure(error.kind, error.fault, `${applied}: ${error.message}`, { cause: error });
      }
    },
  };
}

/** The name and version that a program tells of itself, where that is too old; OpenTofu has a lock in S3 from 1.10 on, too. */
function versionTooOld({ terraform, tofu }: TerraformMessage): string | undefined {
  const version = terraform ?? tofu;
  if (version === undefined) return undefined;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  return isOld ? `${terraform === undefined ? 'tofu' : 'terraform'} ${version}` : undefined;
}

function oldVersion(program: string): EngineFailure {
  return new EngineFailure('internal', 'engine', `${program} is too old: the engine needs at least 1.10`);
}

function stopped({ reason }: AbortSignal, stage: Stage, began: boolean, end?: Pick<CommandEnd, 'signal'>) {
  if (reason instanceof EngineFailure) return reason;
  const saved = 'what was finished is in the state, and an update takes up the rest';
  const signal = stage === 'apply' ? (end?.signal ?? undefined) : undefined;
  const unsaved = signal === undefined ? saved : `it was ended by ${signal}, and ${UNSAVED}`;
  const what = began ? unsaved : 'nothing was changed';
  return new EngineFailure('timeout', 'engine', `terraform ${stage} was stopped when its time was over; ${what}`);
}

/** What stands between the first line that begins an object and the last that ends one: warnings go before it, or behind. */
function withoutWarnings(text: string): string {
  return /^\{[\s\S]*\}$/m.exec(text)?.[0] ?? '';
}
