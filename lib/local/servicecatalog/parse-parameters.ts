import type { Kernel } from '../kernel/kernel.ts';
import type { FunctionPort } from '../kernel/ports.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { Product, ProvisioningArtifact } from './catalog.ts';
import { invalidParameters } from './catalog-errors.ts';
import { engineAddress } from './engine-address.ts';

const SERVICE = 'servicecatalog.amazonaws.com';

/** One parameter as the API shows it. */
export interface ArtifactParameter {
  readonly ParameterKey: string;
  readonly DefaultValue: string;
  readonly ParameterType: string;
  readonly IsNoEcho: boolean;
  readonly Description: string;
}

/** Asks an engine's parser for the parameters of a version. @throws AwsError InvalidParametersException */
export type ParseParameters = (
  product: Product,
  artifact: ProvisioningArtifact,
  launchRoleArn: string | undefined,
) => Promise<readonly ArtifactParameter[]>;

/** Creates the call of the parser: synchronous, as the service, on behalf of the account. */
export function createParseParameters(
  kernel: Kernel,
  functions: FunctionPort,
  artifacts: ArtifactStore,
): ParseParameters {
  return async (product, artifact, launchRoleArn) => {
    const { parserArn, parserName } = engineAddress(kernel, product.type);
    const { bucket, key } = artifacts.publish(artifact);
    const request = {
      artifact: { path: `s3://${bucket}/${key}`, type: 'AWS_S3' },
      ...(launchRoleArn === undefined ? {} : { launchRoleArn }),
    };
    const { payload, functionError } = await functions
      .invokeSync(parserArn, JSON.stringify(request), {
        principal: kernel.identity.service(SERVICE),
        context: { 'aws:SourceAccount': kernel.accountId },
      })
      .catch((error: Error) => {
        throw invalidParameters(`Error occurred during parameter parsing: ${error.message}`);
      });
    if (functionError !== undefined) {
      throw invalidParameters(`Error occurred during parameter parsing: ${errorMessageOf(payload)}`);
    }
    const parameters = readParameters(payload);
    if (parameters === undefined) {
      throw invalidParameters(`Unable to parse or process ${parserName} lambda response as JSON object`);
    }
    return parameters;
  };
}

function errorMessageOf(payload: string): string {
  try {
    return String((JSON.parse(payload) as { errorMessage?: unknown }).errorMessage ?? '');
  } catch {
    return payload;
  }
}

/** The parameters in a parser's response; undefined unless all five members of each are there. */
function readParameters(payload: string): readonly ArtifactParameter[] | undefined {
  let parameters: unknown;
  try {
    parameters = (JSON.parse(payload) as { parameters?: unknown } | null)?.parameters;
  } catch {
    return undefined;
  }
  if (!Array.isArray(parameters)) return undefined;
  const read = parameters.map(readParameter);
  return read.every((parameter) => parameter !== undefined) ? read : undefined;
}

function readParameter(value: unknown): ArtifactParameter | undefined {
  const { key, defaultValue, type, description, isNoEcho } = (value ?? {}) as Record<string, unknown>;
  const isWhole =
    typeof key === 'string' &&
    key !== '' &&
    typeof defaultValue === 'string' &&
    typeof type === 'string' &&
    typeof description === 'string' &&
    typeof isNoEcho === 'boolean';
  if (!isWhole) return undefined;
  return {
    ParameterKey: key,
    DefaultValue: defaultValue,
    ParameterType: type,
    IsNoEcho: isNoEcho,
    Description: description,
  };
}
