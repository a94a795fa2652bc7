import { AwsCallError, type AwsConnection, callUntil, systemTime } from '../aws/index.ts';
import type { OperationOutput } from '../servicecatalog/index.ts';
import type { Configuration } from './configuration/configuration.ts';
import type { TerraformSettings } from './engine-options.ts';
import type { TerraformMessage } from './terraform-process.ts';

/** What shows in the place of a sensitive value. */
const MASK = '(sensitive value)';
const PATIENCE_MS = 20_000;
const SSM = { service: 'ssm', targetPrefix: 'AmazonSSM', jsonVersion: '1.1' } as const;

type Outputs = NonNullable<TerraformMessage['outputs']>;

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
    const value = all[name]?.value;
    if (value === undefined || value === null) return [];
    const parameter = `${settings.parameterStorePrefix.replace(/\/$/, '')}/${store.provisionedProductId}/${name}`;
    await putSecret(store.connection, parameter, typeof value === 'string' ? value : JSON.stringify(value));
    return [{ ...about, value: `ssm:${parameter}` }];
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
  for (const name of names) {
    const input = { Name: `${prefix.replace(/\/$/, '')}/${provisionedProductId}/${name}` };
    await callUntil(connection, SSM, 'DeleteParameter', input, {
      until: Date.now() + PATIENCE_MS,
      time: systemTime,
    }).catch((error: unknown) => {
      if (!(error instanceof AwsCallError && error.code === 'ParameterNotFound')) throw error;
    });
  }
}

async function putSecret(connection: AwsConnection, name: string, value: string): Promise<void> {
  const input = { Name: name, Value: value, Type: 'SecureString', Overwrite: true };
  await callUntil(connection, SSM, 'PutParameter', input, { until: Date.now() + PATIENCE_MS, time: systemTime });
}
