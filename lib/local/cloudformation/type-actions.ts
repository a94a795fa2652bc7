import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { QueryAction } from '../wire/query-api.ts';
import type { Hooks } from './hooks.ts';

/** A resource type as the registry describes it. */
export interface DescribedType {
  readonly schema: object;
  readonly provisioningType: 'FULLY_MUTABLE' | 'IMMUTABLE' | 'NON_PROVISIONABLE';
  readonly description: string;
}

/** Describes a type. @throws AwsError TypeNotFoundException */
export type DescribeResourceType = (typeName: string) => DescribedType;

/** DescribeType, for resource types and hooks. */
export function typeActions(
  kernel: Pick<Kernel, 'partition' | 'region' | 'accountId'>,
  hooks: Pick<Hooks, 'hooks'>,
  describe: DescribeResourceType,
): Record<string, QueryAction> {
  const { partition, region, accountId } = kernel;
  return {
    DescribeType({ Type = 'RESOURCE', TypeName, Arn }, request) {
      const name = String(
        TypeName ??
          String(Arn ?? '')
            .split('/')
            .at(-1)
            ?.replaceAll('-', '::') ??
          '',
      );
      const kind = Type === 'HOOK' ? 'hook' : 'resource';
      const suffix = `type/${kind}/${name.replaceAll('::', '-')}`;
      const owner = kind === 'hook' ? accountId : '';
      const arn = `arn:${partition}:cloudformation:${region}:${owner}:${suffix}`;
      request.authorize('cloudformation:DescribeType', arn);
      if (kind === 'hook') {
        const hook = hooks.hooks().find(({ typeName }) => typeName === name);
        if (hook === undefined) throw notFound(name);
        return {
          Arn: hook.arn,
          Type: 'HOOK',
          TypeName: name,
          DefaultVersionId: '00000001',
          IsDefaultVersion: true,
          ExecutionRoleArn: hook.executionRole,
          Visibility: 'PRIVATE',
          IsActivated: hook.isEnabled,
        };
      }
      const found = described(name, describe);
      return {
        Arn: arn,
        Type: 'RESOURCE',
        TypeName: name,
        DefaultVersionId: '00000001',
        IsDefaultVersion: true,
        Description: found.description,
        Schema: JSON.stringify(found.schema),
        ProvisioningType: found.provisioningType,
        DeprecatedStatus: 'LIVE',
        Visibility: 'PUBLIC',
      };
    },
  };
}

function described(name: string, describe: DescribeResourceType): DescribedType {
  try {
    return describe(name);
  } catch (error) {
    throw error instanceof AwsError && error.code === 'TypeNotFoundException' ? notFound(name) : error;
  }
}

function notFound(name: string): AwsError {
  return new AwsError('TypeNotFoundException', `The type '${name}' cannot be found.`, { status: 404 });
}
