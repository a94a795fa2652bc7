import { AwsCallError, type AwsConnection, callUntil, systemTime } from '../aws/index.ts';
import type { OperationOutput } from '../servicecatalog/index.ts';
import type { Configuration } from './configuration/configuration.ts';
import type { TerraformSettings } from './engine-options.ts';
import { EngineFailure } from './failure.ts';
import type { Outputs } from './terraform-message.ts';

/** What shows in the place of a sensitive value. */
const MASK = '(sensitive value)';
const PATIENCE_MS = 20_000;
/** What is longer needs a parameter of the tier Advanced (Systems Manager User Guide, "Managing parameter tiers"). */
const LONGEST_STANDARD_VALUE = 4_096;
const SSM = { service: 'ssm', targetPrefix: 'AmazonSSM', jsonVersion: '1.1' } as const;

/** Where sensitive outputs are stored. */
export interface SensitiveStore {
  readonly settings: TerraformSettings['sensitiveOutputs'];
  readonly connection: AwsConnection;
  readonly provisionedProductId: string;
  /** All outputs with their values: the stream leaves those of sensitive ones out. */
  readonly readAll: () => Promise<Outputs>;
}

/**
 * The outputs of a configuration as Service Catalog shows them, in the order in which they are declared. Text stays as it
 * is, all else becomes JSON; null is left out.
 */
export async function collectOutputs(
  { outputs: declared }: Configuration,
  outputs: Outputs,
  store: SensitiveStore,
): Promise<readonly OperationOutput[]> {
  const { settings } = store;
  const hasSensitive = Object.values(outputs).some(({ sensitive }) => sensitive === true);
  const all = hasSensitive && typeof settings === 'object' ? await store.readAll() : {};
  const collected = declared.map(async ({ name, description }): Promise<OperationOutput[]> => {
    const output = outputs[name];
    if (output === undefined) return [];
    const about = { key: name, ...(description === undefined ? {} : { description }) };
    if (output.sensitive !== true) {
      return output.value === undefined || output.value === null ? [] : [{ ...about, value: output.value }];
    }
    if (typeof settings !== 'object') return [{ ...about, value: MASK }];
    const value = all[name]?.value ?? '';
    const parameter = parameterName(settings.parameterStorePrefix, store.provisionedProductId, name);
    // Nothing cannot be stored; what an earlier apply stored is no longer true.
    if (value === '') await deleteSecret(store.connection, parameter);
    else await putSecret(store.connection, parameter, typeof value === 'string' ? value : JSON.stringify(value), name);
    return value === '' ? [] : [{ ...about, value: `ssm:${parameter}` }];
  });
  return (await Promise.all(collected)).flat();
}

/** Deletes what {@link collectOutputs} stored of these outputs. */
export async function forgetSecrets(
  connection: AwsConnection,
  prefix: string,
  provisionedProductId: string,
  names: readonly string[],
): Promise<void> {
  for (const name of names) await deleteSecret(connection, parameterName(prefix, provisionedProductId, name));
}

/** Of an output's name, what is no letter of ASCII, which Parameter Store does not take, is written as its bytes. */
function parameterName(prefix: string, provisionedProductId: string, output: string): string {
  return `${prefix.replace(/\/$/, '')}/${provisionedProductId}/${encodeURIComponent(output).replaceAll('%', '.')}`;
}

async function deleteSecret(connection: AwsConnection, name: string): Promise<void> {
  await callUntil(connection, SSM, 'DeleteParameter', { Name: name }, patience()).catch((error: unknown) => {
    if (!(error instanceof AwsCallError && error.code === 'ParameterNotFound')) throw error;
  });
}

async function putSecret(connection: AwsConnection, name: string, value: string, output: string): Promise<void> {
  const tier = value.length > LONGEST_STANDARD_VALUE ? { Tier: 'Advanced' } : {};
  const input = { Name: name, Value: value, Type: 'SecureString', Overwrite: true, ...tier };
  await callUntil(connection, SSM, 'PutParameter', input, patience()).catch((error: unknown) => {
    if (!(error instanceof AwsCallError)) throw error;
    const message = `everything is applied, but the sensitive output ${output} of ${value.length} characters could not be stored as ${name}: ${error.message}`;
    const kind = error.accessDenied ? 'credentials' : 'internal';
    throw new EngineFailure(kind, 'engine', message, { cause: error });
  });
}

const patience = () => ({ until: Date.now() + PATIENCE_MS, time: systemTime });
