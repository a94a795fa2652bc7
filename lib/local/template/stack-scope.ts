import type { Kernel } from '../kernel/kernel.ts';
import type { DeployedResource } from './deployment.ts';
import { isRecord } from './is-record.ts';
import { placeholderAttribute } from './placeholder.ts';
import { noValue, type Scope } from './scope.ts';
import type { Template } from './template.ts';

/** What the expressions of one stack can reach. */
export interface StackScopeSources {
  readonly kernel: Kernel;
  readonly template: Template;
  readonly stackName: string;
  readonly stackId: string;
  readonly parameters: ReadonlyMap<string, unknown>;
  /** The resources created so far; grows while the stack is deployed. */
  readonly resources: ReadonlyMap<string, DeployedResource>;
  exported(name: string): unknown;
  stackOutput(stackName: string, outputName: string): unknown;
}

/** The scope of one stack's expressions. */
export function stackScope(sources: StackScopeSources): Scope {
  const { kernel, template, parameters, resources } = sources;
  const pseudo = new Map<string, unknown>([
    ['AWS::AccountId', kernel.accountId],
    ['AWS::Region', kernel.region],
    ['AWS::Partition', kernel.partition],
    ['AWS::URLSuffix', kernel.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'],
    ['AWS::StackName', sources.stackName],
    ['AWS::StackId', sources.stackId],
    ['AWS::NotificationARNs', []],
    ['AWS::NoValue', noValue],
  ]);
  return {
    region: kernel.region,
    ref: (name) => pseudo.get(name) ?? parameters.get(name) ?? resources.get(name)?.physicalId,
    attribute(logicalId, attribute) {
      const resource = resources.get(logicalId);
      if (resource === undefined) return undefined;
      return (
        memberOf(resource.attributes, attribute) ??
        placeholderAttribute(resource.type, resource.physicalId, attribute, kernel)
      );
    },
    condition: (name) => (Object.hasOwn(template.Conditions, name) ? template.Conditions[name] : undefined),
    mapping: (name) => (Object.hasOwn(template.Mappings, name) ? template.Mappings[name] : undefined),
    exported: sources.exported,
    stackOutput: sources.stackOutput,
  };
}

/** Attributes may be given under their dotted name or as nested objects. */
function memberOf(attributes: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(attributes, name)) return attributes[name];
  let value: unknown = attributes;
  for (const part of name.split('.')) {
    if (!isRecord(value) || !Object.hasOwn(value, part)) return undefined;
    value = value[part];
  }
  return value;
}
