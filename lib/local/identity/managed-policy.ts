import type { PolicyDocument } from '../kernel/kernel.ts';

/** One version of a managed policy. */
export interface PolicyVersion {
  /** `v1`, `v2` and so on; a number is never used again. */
  readonly id: string;
  readonly document: PolicyDocument;
  /** Simulated milliseconds since the epoch. */
  readonly createdAt: number;
}

/** A customer managed policy. Times are simulated milliseconds since the epoch. */
export interface ManagedPolicy {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly policyId: string;
  readonly description?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Oldest first; never empty. */
  readonly versions: readonly PolicyVersion[];
  readonly defaultVersionId: string;
  /** How many versions the policy has ever had. */
  readonly versionCount: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** The parts of a policy that its first version comes with. */
export interface NewPolicy {
  readonly arn: string;
  readonly policyId: string;
  readonly document: PolicyDocument;
  readonly now: number;
  readonly description?: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A policy with one version. */
export function newManagedPolicy({ arn, policyId, document, now, description, tags = {} }: NewPolicy): ManagedPolicy {
  const [, path = '/', name = arn] = /:policy(\/(?:.*\/)?)([^/]+)$/.exec(arn) ?? [];
  return {
    arn,
    name,
    path,
    policyId,
    ...(description === undefined ? {} : { description }),
    createdAt: now,
    updatedAt: now,
    versions: [{ id: 'v1', document, createdAt: now }],
    defaultVersionId: 'v1',
    versionCount: 1,
    tags,
  };
}

/** The document that a policy grants by. */
export function defaultDocument({ versions, defaultVersionId }: ManagedPolicy): PolicyDocument {
  return versions.find(({ id }) => id === defaultVersionId)?.document ?? { Statement: [] };
}
