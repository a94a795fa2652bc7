import { AwsCallError } from '../aws/index.ts';
import { ArtifactError } from '../core/artifact-error.ts';
import { isRingbackError } from '../core/errors.ts';
import type { Failed, Succeeded } from '../core/outcome.ts';
import { createRedactor } from '../core/secrets/redactor.ts';
import { fail, type OperationDetails, succeed } from '../servicecatalog/index.ts';
import { EngineFailure } from './failure.ts';
import type { TerraformOperation } from './operation.ts';
import type { OperationRun } from './operation-run.ts';
import { performOperation } from './perform-operation.ts';

/**
 * Provisions, updates or terminates one product with Terraform, and gives the outcome. Never throws: what goes wrong is a
 * failure that names its kind and who has to mend it.
 */
export async function runOperation(
  operation: TerraformOperation,
  run: OperationRun,
): Promise<Succeeded<OperationDetails> | Failed<OperationDetails>> {
  const redactor = createRedactor();
  const secrets = redactor.scope();
  try {
    const outputs = await performOperation(operation, run, { declare: secrets.declare, redact: redactor.redact });
    await hook(run, 'afterApply', () => run.hooks.afterApply?.({ operation }));
    return succeed(outputs.length === 0 ? {} : { outputs });
  } catch (thrown) {
    const told = toFailure(thrown, run.signal);
    const failure = new EngineFailure(told.kind, told.fault, redactor.redact(told.message));
    run.log.error('terraform failed', { kind: failure.kind, fault: failure.fault, reason: failure.message });
    await hook(run, 'afterFailure', () => run.hooks.afterFailure?.({ operation, failure }));
    return fail(`${failure.message} [${failure.kind}, for the ${failure.fault} to mend]`, {
      resourceIdentifier: operation.tracerTag,
    });
  } finally {
    secrets.end();
  }
}

async function hook(run: OperationRun, name: string, call: () => unknown): Promise<void> {
  try {
    await call();
  } catch (error) {
    run.log.warn(`${name} failed; the outcome stays`, { error });
  }
}

function toFailure(thrown: unknown, signal: AbortSignal): EngineFailure {
  if (thrown instanceof EngineFailure) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (signal.aborted) return new EngineFailure('timeout', 'engine', `the time of the run was over: ${message}`);
  if (thrown instanceof ArtifactError) {
    const isDenied = thrown.cause instanceof AwsCallError && thrown.cause.accessDenied;
    return isDenied
      ? new EngineFailure('credentials', 'launch role', message)
      : new EngineFailure('artifact', 'product author', message);
  }
  if (isRingbackError(thrown) && thrown.code === 'PERMISSION')
    return new EngineFailure('credentials', 'launch role', message);
  return new EngineFailure('internal', 'engine', message, { cause: thrown });
}
