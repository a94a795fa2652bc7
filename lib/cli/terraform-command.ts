import { createConnection, systemTime } from '../aws/index.ts';
import { completeWith } from '../core/complete.ts';
import { environmentRuntime } from '../core/runtime.ts';
import { services } from '../services.ts';
import { openStoredOperation } from '../terraform/stored-operation.ts';
import type { Command } from './command.ts';
import { parseOptions } from './parse-options.ts';
import { runStored } from './terraform/run-stored.ts';
import { UsageError } from './usage-error.ts';

const help = `
ringback terraform run S3-REFERENCE [OPTIONS]

Runs an operation that a Terraform engine stored with its callback, answers it, and removes it. This is what a build
calls: see docs/terraform-engine.md. RINGBACK_LEDGER_TABLE names the ledger, RINGBACK_TERRAFORM another binary.

  --hooks FILE     a module that exports beforeApply, afterApply or afterFailure
  --minutes N      the time there is, 480 where nothing is said

Exit code 0: answered, whether the operation succeeded or failed. 2: bad input, or nothing could be answered.
`;

/** `ringback terraform run` */
export const terraformCommand: Command = {
  help,
  async run(args) {
    const { values, positionals } = parseOptions(args, { hooks: { type: 'string' }, minutes: { type: 'string' } }, 2);
    const [verb, reference] = positionals;
    if (verb !== 'run' || reference === undefined)
      throw new UsageError('expected: ringback terraform run s3://BUCKET/KEY');
    const minutes = Number(values.minutes ?? 480);
    if (!(minutes > 0)) throw new UsageError(`--minutes must be a number over 0, but is "${values.minutes}"`);
    const stored = await orUsageError(async () => openStoredOperation(reference, createConnection()));
    const runtime = environmentRuntime()();
    const { redactor } = runtime;
    const outcome = await runStored(stored, {
      hooksFile: values.hooks,
      endsAt: systemTime.now() + minutes * 60_000,
      log: runtime.log,
    });
    const { accepted, state } = await orUsageError(() => completeWith(runtime, services, stored.callback, outcome));
    await stored.remove();
    const text = outcome.kind === 'failed' ? `failed: ${redactor.redact(outcome.reason)}` : 'succeeded';
    process.stdout.write(`${stored.operation.id} ${text} (${accepted ? state : 'another decision stood already'})\n`);
    return 0;
  },
};

/** What stays stored can be run again: one line says why nothing was answered. */
async function orUsageError<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}
