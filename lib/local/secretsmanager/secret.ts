import type { PolicyDocument } from '../kernel/kernel.ts';

/** A secret value, in the members of the API; bytes are base64. */
export type SecretValue = { readonly SecretString: string } | { readonly SecretBinary: string };

/** One version of a secret. */
export interface SecretVersion {
  readonly id: string;
  readonly value: SecretValue;
  /** Simulated milliseconds since the epoch. */
  readonly createdAt: number;
  /** Staging labels; each is on one version of a secret at most. */
  readonly stages: Set<string>;
}

/** A tag, as the API has it. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** A secret and its versions. Times are simulated milliseconds since the epoch. */
export interface Secret {
  readonly name: string;
  /** Ends in a hyphen and six characters that the name does not tell. */
  readonly arn: string;
  readonly createdAt: number;
  /** By version id, oldest first. */
  readonly versions: Map<string, SecretVersion>;
  tags: readonly Tag[];
  changedAt: number;
  description?: string;
  /** An id, an ARN or an alias; absent under the key that AWS manages. */
  kmsKeyId?: string;
  /** The start of the day on which the value was last read. */
  accessedAt?: number;
  /** When the secret goes for good, while it is marked for deletion. */
  deletedAt?: number;
  /** The policy that is attached to the secret itself. */
  policy?: PolicyDocument;
}
