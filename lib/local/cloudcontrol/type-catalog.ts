import { AwsError } from '../kernel/aws-error.ts';
import names from '../models/resource-types.json' with { type: 'json' };
import type { Model, ResourceType } from './resource-type.ts';
import { bucket } from './types/bucket.ts';
import { documentType } from './types/document.ts';
import { eventRule } from './types/event-rule.ts';
import { lambdaPermission } from './types/lambda-permission.ts';
import { logGroup } from './types/log-group.ts';
import { managedPolicy } from './types/managed-policy.ts';
import { parameter } from './types/parameter.ts';
import { queue } from './types/queue.ts';
import { role } from './types/role.ts';
import { rolePolicy } from './types/role-policy.ts';
import { secret } from './types/secret.ts';
import { table } from './types/table.ts';

/** The types that are really made, so that every other client sees them. */
const MADE: readonly ResourceType[] = [
  bucket,
  eventRule,
  lambdaPermission,
  logGroup,
  managedPolicy,
  parameter,
  queue,
  role,
  rolePolicy,
  secret,
  table,
];

/** Types of CloudFormation that Cloud Control does not provision. */
const NOT_PROVISIONABLE = [
  'AWS::CDK::Metadata',
  'AWS::CloudFormation::CustomResource',
  'AWS::CloudFormation::Macro',
  'AWS::CloudFormation::WaitCondition',
  'AWS::CloudFormation::WaitConditionHandle',
  'AWS::IAM::AccessKey',
  'AWS::IAM::Policy',
  'AWS::IAM::UserToGroupAddition',
];

/** Finds types by name. */
export interface TypeCatalog {
  /** A type that exists, whether or not Cloud Control provisions it. @throws AwsError TypeNotFoundException */
  get(typeName: string): ResourceType;
  /** Whether Cloud Control provisions a type. */
  isProvisionable(typeName: string): boolean;
}

/**
 * Creates the catalog of one account, its documents empty.
 *
 * @param more - types that a service brings along
 */
export function createTypeCatalog(more: readonly ResourceType[] = []): TypeCatalog {
  const types = new Map([...MADE, ...more].map((type) => [type.schema.typeName as string, type]));
  return {
    get(typeName) {
      const known = types.get(typeName);
      if (known !== undefined) return known;
      if (!isType(typeName)) {
        throw new AwsError('TypeNotFoundException', `The type '${typeName}' cannot be found.`);
      }
      const type = documentType(typeName, new Map<string, Model>());
      types.set(typeName, type);
      return type;
    },
    isProvisionable: (typeName) => !NOT_PROVISIONABLE.includes(typeName),
  };
}

/** Whether CloudFormation has a type of this name. */
function isType(typeName: string): typeName is ResourceType['schema']['typeName'] {
  const [vendor, service = '', kind = '', ...more] = typeName.split('::');
  const byService: Readonly<Record<string, string>> = names;
  const kinds = Object.hasOwn(byService, service) ? (byService[service] ?? '').split(' ') : [];
  return vendor === 'AWS' && more.length === 0 && kinds.includes(kind);
}
