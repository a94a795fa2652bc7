import { AwsError } from '../kernel/aws-error.ts';
import type { EventStream } from '../kernel/events.ts';
import type { PolicyDocument } from '../kernel/kernel.ts';
import { awsManagedPolicy, isAwsManaged } from './managed-policies.ts';
import type { Policy } from './policy/policy.ts';
import type { PolicyCompiler } from './policy-compiler.ts';

/** A role as templates declare it. */
export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly roleId: string;
  readonly trustPolicy: PolicyDocument;
  readonly maxSessionSeconds: number;
  /** The ARN of the policy that bounds the role. */
  readonly boundaryArn?: string;
}

/** The roles of the account and the policies attached to them. */
export interface RoleStore {
  /** @throws AwsError EntityAlreadyExists */
  add(role: Role): void;
  find(roleArn: string): Role | undefined;
  /** @throws AwsError NoSuchEntity */
  get(roleArn: string): Role;
  /** Keeps a policy in a role; the role may follow later. */
  putInline(roleName: string, policyName: string, document: PolicyDocument): void;
  /** Attaches a managed policy; role and policy may follow later. */
  attach(roleName: string, policyArn: string): void;
  /** Creates a customer managed policy. */
  addManaged(policyArn: string, document: PolicyDocument): void;
  /** The statements of a managed policy; none, with one notice, for a policy that nobody declares. */
  managedDocument(policyArn: string): PolicyDocument;
  /** The policies that grant to a role. */
  policiesOf(role: Role): readonly Policy[];
  /** The permissions boundary of a role, where it has one. */
  boundaryOf(role: Role): readonly Policy[] | undefined;
}

/**
 * Creates an account without roles. A managed policy that neither AWS nor a stack declares grants nothing, which is
 * told once.
 */
export function createRoleStore(compile: PolicyCompiler, events: EventStream): RoleStore {
  const roles = new Map<string, Role>();
  const names = new Set<string>();
  const inline = new Map<string, Map<string, Policy>>();
  const attached = new Map<string, Set<string>>();
  const managed = new Map<string, PolicyDocument>();

  function managedDocument(policyArn: string): PolicyDocument {
    let document = managed.get(policyArn) ?? awsManagedPolicy(policyArn);
    if (document === undefined) {
      document = { Statement: [] };
      events.emit('notice', { message: missingPolicy(policyArn) });
    }
    managed.set(policyArn, document);
    return document;
  }

  function find(roleArn: string): Role | undefined {
    return roles.get(roleArn);
  }

  return {
    add(role) {
      if (names.has(role.name)) {
        throw new AwsError('EntityAlreadyExists', `Role with name ${role.name} already exists.`, { status: 409 });
      }
      compile(role.trustPolicy);
      names.add(role.name);
      roles.set(role.arn, role);
    },
    managedDocument,
    find,
    get(roleArn) {
      const role = find(roleArn);
      if (role === undefined) {
        throw new AwsError('NoSuchEntity', `The role with ARN ${roleArn} cannot be found.`, { status: 404 });
      }
      return role;
    },
    putInline(roleName, policyName, document) {
      entry(inline, roleName, () => new Map<string, Policy>()).set(policyName, compile(document));
    },
    attach(roleName, policyArn) {
      entry(attached, roleName, () => new Set<string>()).add(policyArn);
    },
    addManaged(policyArn, document) {
      compile(document);
      managed.set(policyArn, document);
    },
    policiesOf({ name }) {
      const byArn = [...(attached.get(name) ?? [])].map((policyArn) => compile(managedDocument(policyArn)));
      return [...(inline.get(name)?.values() ?? []), ...byArn];
    },
    boundaryOf({ boundaryArn }) {
      return boundaryArn === undefined ? undefined : [compile(managedDocument(boundaryArn))];
    },
  };
}

function missingPolicy(policyArn: string): string {
  return isAwsManaged(policyArn)
    ? `the statements of the AWS managed policy ${policyArn} are not built in; locally it grants nothing`
    : `the managed policy ${policyArn} is not declared by any stack; it grants nothing`;
}

function entry<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  const value = map.get(key) ?? create();
  map.set(key, value);
  return value;
}
