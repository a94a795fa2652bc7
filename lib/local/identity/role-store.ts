import type { EventStream } from '../kernel/events.ts';
import type { PolicyDocument } from '../kernel/kernel.ts';
import { entityAlreadyExists, limitExceeded, malformedPolicy, noSuchEntity } from './iam-errors.ts';
import { awsManagedPolicy, isAwsManaged } from './managed-policies.ts';
import { defaultDocument, type ManagedPolicy } from './managed-policy.ts';
import { checkPolicy } from './policy/check-policy.ts';
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
  /** Names that differ only in case are the same. @throws AwsError EntityAlreadyExists, MalformedPolicyDocument, LimitExceeded */
  add(role: Role): void;
  find(roleArn: string): Role | undefined;
  /** @throws AwsError NoSuchEntity */
  get(roleArn: string): Role;
  /** @throws AwsError NoSuchEntity */
  byName(roleName: string): Role;
  /** Puts a role in the place of the one with its ARN. @throws AwsError MalformedPolicyDocument, LimitExceeded */
  replace(role: Role): void;
  /** Forgets a role with its inline policies and attachments. */
  remove(role: Role): void;
  /** Keeps a policy in a role; the role may follow later. @throws AwsError MalformedPolicyDocument, LimitExceeded */
  putInline(roleName: string, policyName: string, document: PolicyDocument): void;
  /** Takes a policy out of a role; whether there was one. */
  removeInline(roleName: string, policyName: string): boolean;
  /** The policies in a role, by name. */
  inlineOf(roleName: string): ReadonlyMap<string, PolicyDocument>;
  /** Attaches a managed policy; role and policy may follow later. @throws AwsError LimitExceeded */
  attach(roleName: string, policyArn: string): void;
  /** Whether the policy was attached. */
  detach(roleName: string, policyArn: string): boolean;
  /** The ARNs of the policies that are attached to a role. */
  attachedTo(roleName: string): readonly string[];
  /** Oldest first; none that AWS manages. */
  managedPolicies(): readonly ManagedPolicy[];
  findManaged(policyArn: string): ManagedPolicy | undefined;
  /** Whether a policy may be attached: one of the account, or any that AWS may manage. */
  isManaged(policyArn: string): boolean;
  /** Puts a customer managed policy in, or in the place of the one with its ARN. @throws AwsError MalformedPolicyDocument, LimitExceeded */
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
/** Characters of policies without white space, and policies of a role (IAM quotas, those that are given by default). */
const LONGEST = { trust: 2_048, inline: 10_240, managed: 6_144 };
const MOST_ATTACHED = 10;

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
      const taken = [...roles.values()].some(({ name }) => name.toLowerCase() === role.name.toLowerCase());
      if (taken) throw entityAlreadyExists(`Role with name ${role.name} already exists.`);
      checkTrust(role.trustPolicy);
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
      checkTrust(role.trustPolicy);
      roles.set(role.arn, role);
    },
    remove({ name, arn }) {
      roles.delete(arn);
      inline.delete(name);
      attached.delete(name);
    },
    putInline(roleName, policyName, document) {
      checkPolicy(document, 'identity', malformedPolicy);
      const policies = entry(inline, roleName, () => new Map<string, PolicyDocument>());
      const together = [...new Map(policies).set(policyName, document).values()].map(sizeOf);
      if (together.reduce((sum, size) => sum + size, 0) > LONGEST.inline) {
        throw limitExceeded(`Maximum policy size of ${LONGEST.inline} bytes exceeded for role ${roleName}`);
      }
      policies.set(policyName, document);
    },
    removeInline: (roleName, policyName) => inline.get(roleName)?.delete(policyName) ?? false,
    inlineOf: (roleName) => inline.get(roleName) ?? new Map(),
    attach(roleName, policyArn) {
      const arns = entry(attached, roleName, () => new Set<string>());
      if (!arns.has(policyArn) && arns.size >= MOST_ATTACHED) {
        throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${MOST_ATTACHED}`);
      }
      arns.add(policyArn);
    },
    detach: (roleName, policyArn) => attached.get(roleName)?.delete(policyArn) ?? false,
    attachedTo: (roleName) => [...(attached.get(roleName) ?? [])],
    managedPolicies: () => [...managed.values()],
    findManaged: (policyArn) => managed.get(policyArn),
    isManaged: (policyArn) => managed.has(policyArn) || isAwsManaged(policyArn),
    putManaged(policy) {
      for (const { document } of policy.versions) {
        checkPolicy(document, 'identity', malformedPolicy);
        if (sizeOf(document) > LONGEST.managed)
          throw limitExceeded(`Cannot exceed quota for PolicySize: ${LONGEST.managed}`);
      }
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

function checkTrust(document: PolicyDocument): void {
  checkPolicy(document, 'trust', malformedPolicy);
  if (sizeOf(document) > LONGEST.trust) throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${LONGEST.trust}`);
}

/** White space counts for nothing. */
function sizeOf(document: PolicyDocument): number {
  return JSON.stringify(document).replace(/\s/g, '').length;
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
