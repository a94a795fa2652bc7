import { randomUUID } from 'node:crypto';
import type { ConsoleParts } from '../api/console-parts.ts';
import { type ActionBody, textOf, textsOf } from './action-input.ts';

interface ParametersReply {
  readonly ProvisioningArtifactParameters: readonly {
    readonly ParameterKey: string;
    readonly DefaultValue: string;
    readonly ParameterType: string;
    readonly IsNoEcho: boolean;
    readonly Description: string;
  }[];
}

interface RecordReply {
  readonly RecordDetail: { readonly RecordId: string };
}

/** The parameters of a version of a product, from the engine's parser; those with NoEcho are secrets from here on. */
export async function productParameters(body: ActionBody, { cloud, withholder }: ConsoleParts): Promise<object> {
  const { ProvisioningArtifactParameters: found } = (await cloud.ask(
    'servicecatalog',
    'DescribeProvisioningParameters',
    { ProductId: textOf(body, 'productId'), ProvisioningArtifactId: textOf(body, 'versionId') },
  )) as ParametersReply;
  for (const { IsNoEcho, ParameterKey } of found) if (IsNoEcho) withholder.learnName(ParameterKey);
  return {
    parameters: found.map(({ ParameterKey, DefaultValue, ParameterType, IsNoEcho, Description }) => ({
      name: ParameterKey,
      default: IsNoEcho ? '' : DefaultValue,
      type: ParameterType,
      isSecret: IsNoEcho,
      description: Description,
    })),
  };
}

/** Provisions a product. */
export async function provision(body: ActionBody, { cloud }: ConsoleParts): Promise<object> {
  const name = textOf(body, 'name');
  const { RecordDetail } = (await cloud.ask('servicecatalog', 'ProvisionProduct', {
    ProductId: textOf(body, 'productId'),
    ProvisioningArtifactId: textOf(body, 'versionId'),
    ProvisionedProductName: name,
    ProvisioningParameters: pairs(body),
    ProvisionToken: randomUUID(),
  })) as RecordReply;
  return { message: `${name} is being provisioned: record ${RecordDetail.RecordId}` };
}

/** Updates a provisioned product. */
export async function update(body: ActionBody, { cloud }: ConsoleParts): Promise<object> {
  const id = textOf(body, 'provisionedProductId');
  const { RecordDetail } = (await cloud.ask('servicecatalog', 'UpdateProvisionedProduct', {
    ProvisionedProductId: id,
    ProductId: textOf(body, 'productId'),
    ProvisioningArtifactId: textOf(body, 'versionId'),
    ProvisioningParameters: pairs(body),
    UpdateToken: randomUUID(),
  })) as RecordReply;
  return { message: `${id} is being updated: record ${RecordDetail.RecordId}` };
}

/** Terminates a provisioned product. */
export async function terminate(body: ActionBody, { cloud }: ConsoleParts): Promise<object> {
  const id = textOf(body, 'provisionedProductId');
  const { RecordDetail } = (await cloud.ask('servicecatalog', 'TerminateProvisionedProduct', {
    ProvisionedProductId: id,
    TerminateToken: randomUUID(),
  })) as RecordReply;
  return { message: `${id} is being terminated: record ${RecordDetail.RecordId}` };
}

function pairs(body: ActionBody): readonly object[] {
  return Object.entries(textsOf(body, 'parameters')).map(([Key, Value]) => ({ Key, Value }));
}
