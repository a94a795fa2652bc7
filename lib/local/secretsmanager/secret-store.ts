import { createHash } from 'node:crypto';
import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Secret, Tag } from './secret.ts';
import { alreadyExists, invalidRequest } from './secret-errors.ts';

/** What a secret is made of, beside its value. */
export interface NewSecret {
  readonly name: string;
  readonly description?: string | undefined;
  readonly kmsKeyId?: string | undefined;
  readonly tags?: readonly Tag[] | undefined;
}

/** The secrets of one local cloud. */
export interface SecretStore {
  /** Those marked for deletion included, oldest first. */
  list(): readonly Secret[];
  /** Finds a secret by its name, its ARN, or its ARN without the last seven characters. */
  find(secretId: string): Secret | undefined;
  /** The ARN that a policy would have to name for a secret that does not exist. */
  arnOf(secretId: string): string;
  /** A secret without a value; `add` puts it in. @throws AwsError ValidationException, ResourceExistsException, InvalidRequestException */
  prepare(parts: NewSecret): Secret;
  add(secret: Secret): void;
  remove(secret: Secret): void;
}

const NAME = /^[\w/+=.@!-]+$/;
const SUFFIX_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const SUFFIX_LENGTH = 6;

/** Creates a store without secrets. */
export function createSecretStore(kernel: Pick<Kernel, 'accountId' | 'clock' | 'partition' | 'region'>): SecretStore {
  const prefix = `arn:${kernel.partition}:secretsmanager:${kernel.region}:${kernel.accountId}:secret:`;
  const secrets = new Map<string, Secret>();
  const removed = new Map<string, number>();

  function remove({ name }: Secret): void {
    secrets.delete(name);
    removed.set(name, (removed.get(name) ?? 0) + 1);
  }

  /** What is past its recovery window is gone. */
  function present(): readonly Secret[] {
    const now = kernel.clock.now();
    for (const secret of secrets.values()) {
      if (secret.deletedAt !== undefined && secret.deletedAt <= now) remove(secret);
    }
    return [...secrets.values()];
  }

  function find(secretId: string): Secret | undefined {
    const all = present();
    return (
      all.find(({ name, arn }) => name === secretId || arn === secretId) ??
      all.find(({ name }) => `${prefix}${name}` === secretId)
    );
  }

  return {
    list: present,
    find,
    arnOf: (secretId) => (secretId.startsWith('arn:') ? secretId : `${prefix}${secretId}`),
    prepare({ name, description, kmsKeyId, tags = [] }) {
      if (!NAME.test(name)) {
        const message =
          'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!';
        throw new AwsError('ValidationException', message);
      }
      const existing = present().find((secret) => secret.name === name);
      if (existing?.deletedAt !== undefined) {
        throw invalidRequest(
          "You can't create this secret because a secret with this name is already scheduled for deletion.",
        );
      }
      if (existing !== undefined) {
        throw alreadyExists(`The operation failed because the secret ${name} already exists.`);
      }
      const now = kernel.clock.now();
      return {
        name,
        // A secret that takes a deleted one's name gets another ARN, so that old policies do not reach it.
        arn: `${prefix}${name}-${suffixOf(`${name}/${removed.get(name) ?? 0}`)}`,
        createdAt: now,
        changedAt: now,
        versions: new Map(),
        tags,
        ...(description === undefined ? {} : { description }),
        ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
      };
    },
    add: (secret) => void secrets.set(secret.name, secret),
    remove,
  };
}

function suffixOf(seed: string): string {
  const digest = createHash('sha256').update(seed).digest();
  return Array.from(
    { length: SUFFIX_LENGTH },
    (_, index) => SUFFIX_ALPHABET[(digest[index] ?? 0) % SUFFIX_ALPHABET.length],
  ).join('');
}
