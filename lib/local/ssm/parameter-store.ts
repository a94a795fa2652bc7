import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';

/** The types of a parameter. */
export const PARAMETER_TYPES = ['String', 'StringList', 'SecureString'] as const;

/** One version of a parameter, by the API's names. */
export interface ParameterVersion {
  readonly Version: number;
  readonly Type: string;
  readonly Value: string;
  /** Simulated milliseconds since the epoch. */
  readonly changedAt: number;
  readonly changedBy: string;
  readonly Description?: string;
  readonly KeyId?: string;
  readonly AllowedPattern?: string;
  readonly DataType: string;
  readonly Tier: string;
}

/** A parameter. */
export interface Parameter {
  readonly name: string;
  readonly arn: string;
  /** Oldest first; never empty. */
  readonly versions: ParameterVersion[];
  tags: Readonly<Record<string, string>>;
}

/** The parameters of one local cloud. */
export interface ParameterStore {
  /** By name. */
  list(): readonly Parameter[];
  find(nameOrArn: string): Parameter | undefined;
  add(parameter: Parameter): void;
  remove(parameter: Parameter): void;
  /** The ARN of a name, whether or not such a parameter exists. */
  arnOf(nameOrArn: string): string;
}

/** Creates a store without parameters. */
export function createParameterStore({ partition, region, accountId }: Kernel): ParameterStore {
  const parameters = new Map<string, Parameter>();
  const prefix = `arn:${partition}:ssm:${region}:${accountId}:parameter`;
  const nameOf = (nameOrArn: string) => (nameOrArn.startsWith(prefix) ? nameOrArn.slice(prefix.length) : nameOrArn);
  return {
    list: () => [...parameters.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    find(nameOrArn) {
      const name = nameOf(nameOrArn);
      return parameters.get(name) ?? (nameOrArn === name ? undefined : parameters.get(name.replace(/^\//, '')));
    },
    add: (parameter) => void parameters.set(parameter.name, parameter),
    remove: ({ name }) => void parameters.delete(name),
    arnOf(nameOrArn) {
      const name = nameOf(nameOrArn);
      return `${prefix}${name.startsWith('/') ? '' : '/'}${name}`;
    },
  };
}

/** The version that is in force. */
export function latestOf({ versions, name }: Parameter): ParameterVersion {
  const latest = versions.at(-1);
  if (latest === undefined) throw new Error(`parameter ${name} has no version`);
  return latest;
}

/** The parameter does not exist; these services leave its message empty. */
export function parameterNotFound(): AwsError {
  return new AwsError('ParameterNotFound', '');
}
