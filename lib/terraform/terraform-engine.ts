import { createConnection } from '../aws/index.ts';
import type {
  EngineLogic,
  OperationOutcome,
  ProvisioningOperation,
  TerminateOperation,
} from '../servicecatalog/index.ts';
import { checkEngineOptions, type TerraformEngineOptions, type TerraformSettings } from './engine-options.ts';
import { LARGEST_ARTIFACT_BYTES } from './limits.ts';
import { isProvisioning, operationOf } from './operation.ts';
import { runOperation } from './run-operation.ts';
import { storeOperation } from './stored-operation.ts';

/** The variable that names the program. */
export const BINARY_VARIABLE = 'RINGBACK_TERRAFORM';

/** The program: as given, by RINGBACK_TERRAFORM, or `terraform`. */
export function terraformBinary(binary: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  return binary ?? (env[BINARY_VARIABLE] || 'terraform');
}

/**
 * The logic of a provisioning engine whose products are Terraform configurations.
 *
 * @example export const handler = provisioningEngine(terraformEngine({ stateBucket }));
 * @throws InvalidOptionError when an option is unknown, or there is no state bucket
 */
export function terraformEngine(
  options: TerraformEngineOptions,
): EngineLogic<Readonly<Record<string, string>>, unknown> {
  checkEngineOptions(options);
  const perform = (operation: ProvisioningOperation | TerminateOperation) => answer(operation, options);
  return { provision: perform, update: perform, terminate: perform };
}

async function answer(
  operation: ProvisioningOperation | TerminateOperation,
  options: TerraformEngineOptions,
): Promise<OperationOutcome> {
  const { runner = 'lambda', signal } = { ...options, signal: operation.signal };
  const connection = createConnection();
  const work = operationOf(operation);
  const readArtifact = () =>
    isProvisioning(operation)
      ? operation.artifact.bytes(LARGEST_ARTIFACT_BYTES)
      : Promise.reject(new Error('an operation to terminate has no artifact'));
  if (runner !== 'lambda') {
    const artifact = isProvisioning(operation) ? await readArtifact() : undefined;
    const stored = { operation: work, settings: settingsOf(options), callback: operation.callback };
    const reference = await storeOperation(stored, artifact, connection, signal);
    return runner({ task: operation, operation: work, reference });
  }
  return runOperation(work, {
    settings: options,
    hooks: options,
    binary: terraformBinary(options.binary),
    connection,
    log: operation.log,
    signal,
    remainingMs: () => operation.remainingMs(),
    readArtifact,
    env: process.env,
  });
}

function settingsOf({
  stateBucket,
  stateRegion,
  kmsKeyArn,
  sensitiveOutputs,
}: TerraformEngineOptions): TerraformSettings {
  return {
    stateBucket,
    ...(stateRegion === undefined ? {} : { stateRegion }),
    ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
    ...(sensitiveOutputs === undefined ? {} : { sensitiveOutputs }),
  };
}
