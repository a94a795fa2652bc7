import type { EventStream } from '../kernel/events.ts';
import type { PolicyDocument } from '../kernel/kernel.ts';
import { entityAlreadyExists, noSuchEntity } from './iam-errors.ts';
import { awsManagedPolicy, isAwsManaged } from './managed-policies.ts';
import { defaultDocument, type ManagedPolicy } from './managed-policy.ts';
import type { Policy } from './policy/policy.ts';
import type { PolicyCompiler } from './policy-compiler.ts';

/** A role as templates and the API of IAM make it. */
export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly roleId: string;
  readonly trustPolicy: PolicyDocument;
  readonly maxSessionSeconds: number;
  /** Simulated milliseconds since the epoch. */
  readonly createdAt: number;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** The ARN of the policy that bounds the role. */
  readonly boundaryArn?: string;
}

/** The roles of the account and the policies attached to them. */
export interface RoleStore {
  /** Oldest first. */
  list(): readonly Role[];
  /** @throws AwsError EntityAlreadyExists, MalformedPolicyDocument */
  add(role: Role): void;
  find(roleArn: string): Role | undefined;
  /** @throws AwsError NoSuchEntity */
  get(roleArn: string): Role;
  /** @throws AwsError NoSuchEntity */
  byName(roleName: string): Role;
  /** Puts a role in the place of the one with its ARN. @throws AwsError MalformedPolicyDocument */
  replace(role: Role): void;
  /** Forgets a role with its inline policies and attachments. */
  remove(role: Role): void;
  /** Keeps a policy in a role; the role may follow later. @throws AwsError MalformedPolicyDocument */
  putInline(roleName: string, policyName: string, document: PolicyDocument): void;
  /** Takes a policy out of a role; whether there was one. */
  removeInline(roleName: string, policyName: string): boolean;
  /** The policies in a role, by name. */
  inlineOf(roleName: string): ReadonlyMap<string, PolicyDocument>;
  /** Attaches a managed policy; role and policy may follow later. */
  attach(roleName: string, policyArn: string): void;
  /** Whether the policy was attached. */
  detach(roleName: string, policyArn: string): boolean;
  /** The ARNs of the policies that are attached to a role. */
  attachedTo(roleName: string): readonly string[];
  /** Oldest first; none that AWS manages. */
  managedPolicies(): readonly ManagedPolicy[];
  findManaged(policyArn: string): ManagedPolicy | undefined;
  /** Puts a customer managed policy in, or in the place of the one with its ARN. @throws AwsError MalformedPolicyDocument */
  putManaged(policy: ManagedPolicy): void;
  removeManaged(policyArn: string): void;
  /** The statements of a managed policy; none, with one notice, for a policy that nobody declares. */
  managedDocument(policyArn: string): PolicyDocument;
  /** The policies that grant to a role. */
  policiesOf(role: Role): readonly Policy[];
  /** The permissions boundary of a role, where it has one. */
  boundaryOf(role: Role): readonly Policy[] | undefined;
}

const NOTHING: PolicyDocument = { Statement: [] };

/**
 * Creates an account without roles. A managed policy that neither AWS nor a stack declares grants nothing, which is
 * told once.
 */
export function createRoleStore(compile: PolicyCompiler, events: EventStream): RoleStore {
  const roles = new Map<string, Role>();
  const inline = new Map<string, Map<string, PolicyDocument>>();
  const attached = new Map<string, Set<string>>();
  const managed = new Map<string, ManagedPolicy>();
  const builtIn = new Map<string, PolicyDocument>();
  const told = new Set<string>();

  function managedDocument(policyArn: string): PolicyDocument {
    const policy = managed.get(policyArn);
    if (policy !== undefined) return defaultDocument(policy);
    // The compiler knows documents by identity, so that each is made once.
    const document = builtIn.get(policyArn) ?? awsManagedPolicy(policyArn);
    if (document !== undefined) {
      builtIn.set(policyArn, document);
      return document;
    }
    if (!told.has(policyArn)) events.emit('notice', { message: missingPolicy(policyArn) });
    told.add(policyArn);
    return NOTHING;
  }

  function find(roleArn: string): Role | undefined {
    return roles.get(roleArn);
  }

  function named(roleName: string): Role | undefined {
    return [...roles.values()].find(({ name }) => name === roleName);
  }

  return {
    list: () => [...roles.values()],
    add(role) {
      if (named(role.name) !== undefined) throw entityAlreadyExists(`Role with name ${role.name} already exists.`);
      compile(role.trustPolicy);
      roles.set(role.arn, role);
    },
    find,
    get(roleArn) {
      const role = find(roleArn);
      if (role === undefined) throw noSuchEntity(`The role with ARN ${roleArn} cannot be found.`);
      return role;
    },
    byName(roleName) {
      const role = named(roleName);
      if (role === undefined) throw noSuchEntity(`The role with name ${roleName} cannot be found.`);
      return role;
    },
    replace(role) {
      compile(role.trustPolicy);
      roles.set(role.arn, role);
    },
    remove({ name, arn }) {
      roles.delete(arn);
      inline.delete(name);
      attached.delete(name);
    },
    putInline(roleName, policyName, document) {
      compile(document);
      entry(inline, roleName, () => new Map<string, PolicyDocument>()).set(policyName, document);
    },
    removeInline: (roleName, policyName) => inline.get(roleName)?.delete(policyName) ?? false,
    inlineOf: (roleName) => inline.get(roleName) ?? new Map(),
    attach(roleName, policyArn) {
      entry(attached, roleName, () => new Set<string>()).add(policyArn);
    },
    detach: (roleName, policyArn) => attached.get(roleName)?.delete(policyArn) ?? false,
    attachedTo: (roleName) => [...(attached.get(roleName) ?? [])],
    managedPolicies: () => [...managed.values()],
    findManaged: (policyArn) => managed.get(policyArn),
    putManaged(policy) {
      for (const { document } of policy.versions) compile(document);
      managed.set(policy.arn, policy);
    },
    removeManaged: (policyArn) => void managed.delete(policyArn),
    managedDocument,
    policiesOf({ name }) {
      const byArn = [...(attached.get(name) ?? [])].map((policyArn) => compile(managedDocument(policyArn)));
      return [...[...(inline.get(name)?.values() ?? [])].map(compile), ...byArn];
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
