import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createConnection } from '../../aws/index.ts';
import type { Failed, Succeeded } from '../../core/outcome.ts';
import type { Log } from '../../core/secrets/log.ts';
import type { TerraformHooks } from '../../terraform/engine-options.ts';
import { runOperation } from '../../terraform/run-operation.ts';
import type { OpenedOperation } from '../../terraform/stored-operation.ts';
import { terraformBinary } from '../../terraform/terraform-engine.ts';
import { exitCodeOf, onStopSignal } from '../stop-signals.ts';
import { UsageError } from '../usage-error.ts';

/** What {@link runStored} needs beside the operation. */
export interface StoredRun {
  readonly hooksFile: string | undefined;
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
  readonly log: Log;
}

/** Runs a stored operation in this process; the signals that a stopped build sends end it in good order. */
export async function runStored(stored: OpenedOperation, run: StoredRun): Promise<Succeeded | Failed> {
  const controller = new AbortController();
  const forget = onStopSignal((signal) => {
    // A second signal ends the process at once.
    if (controller.signal.aborted) process.exit(exitCodeOf(signal));
    controller.abort(new Error('the build was stopped'));
  });
  try {
    return await runOperation(stored.operation, {
      settings: stored.settings,
      hooks: await loadHooks(run.hooksFile),
      binary: terraformBinary(undefined),
      connection: createConnection(),
      log: run.log,
      signal: controller.signal,
      remainingMs: () => run.endsAt - Date.now(),
      readArtifact: () => stored.readArtifact(),
      env: process.env,
    });
  } finally {
    forget();
  }
}

async function loadHooks(file: string | undefined): Promise<TerraformHooks> {
  if (file === undefined) return {};
  try {
    return (await import(pathToFileURL(path.resolve(file)).href)) as TerraformHooks;
  } catch (cause) {
    throw new UsageError(`the hooks in ${file} could not be loaded: ${(cause as Error).message}`, { cause });
  }
}
