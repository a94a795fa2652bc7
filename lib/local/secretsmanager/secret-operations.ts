import { isDeepStrictEqual } from 'node:util';
import type { Operation } from '../kernel/service.ts';
import { type ListInput, listSecrets } from './list-secrets.ts';
import type { Secret, Tag } from './secret.ts';
import { invalidParameter, notSimulated } from './secret-errors.ts';
import { readValue, type ValueInput } from './secret-value.ts';
import { authorizeKeyOf, authorizeSecret, type SecretsParts, secretFor } from './secrets-parts.ts';
import { addVersion, stagesByVersion } from './versions.ts';
import { secretShape } from './wire-shapes.ts';

const DAY_MS = 86_400_000;
const DEFAULT_WINDOW_DAYS = 30;
const SHORTEST_WINDOW_DAYS = 7;

interface CreateInput extends ValueInput {
  readonly Name: string;
  readonly ClientRequestToken?: string;
  readonly Description?: string;
  readonly KmsKeyId?: string;
  readonly Tags?: readonly Tag[];
  readonly AddReplicaRegions?: readonly object[];
}

interface DeleteInput {
  readonly SecretId: string;
  readonly RecoveryWindowInDays?: number;
  readonly ForceDeleteWithoutRecovery?: boolean;
}

/** Whether a secret is what an earlier request with the same token made: the answer is then the same again. */
function isRepeated(secret: Secret, token: string, input: ValueInput): boolean {
  const value = secret.deletedAt === undefined ? secret.versions.get(token)?.value : undefined;
  return value !== undefined && isDeepStrictEqual(value, readValue(input));
}

/** The operations on secrets themselves. */
export function createSecretOperations(parts: SecretsParts): Record<string, Operation> {
  const { kernel, store } = parts;
  return {
    CreateSecret({ Name, ClientRequestToken = kernel.uuid(), ...input }: CreateInput, request) {
      const { Description: description, KmsKeyId: kmsKeyId, Tags: tags, AddReplicaRegions: replicas } = input;
      if (replicas?.length) throw notSimulated('AddReplicaRegions (the local cloud has one Region)');
      const existing = store.find(Name);
      if (existing?.name === Name) {
        authorizeSecret(request, 'CreateSecret', existing);
        if (isRepeated(existing, ClientRequestToken, input)) {
          return { ARN: existing.arn, Name, VersionId: ClientRequestToken };
        }
      }
      const secret = store.prepare({ name: Name, description, kmsKeyId, tags });
      authorizeSecret(request, 'CreateSecret', secret, {
        'secretsmanager:Name': Name,
        'secretsmanager:Description': description,
        'secretsmanager:KmsKeyId': kmsKeyId,
      });
      if (tags !== undefined && tags.length > 0) authorizeSecret(request, 'TagResource', secret);
      const value = readValue(input);
      if (value !== undefined) {
        authorizeKeyOf(parts, request, secret, ['kms:GenerateDataKey', 'kms:Decrypt']);
        addVersion(secret, { id: ClientRequestToken, value, now: secret.createdAt });
      }
      store.add(secret);
      return { ARN: secret.arn, Name, ...(value === undefined ? {} : { VersionId: ClientRequestToken }) };
    },

    DescribeSecret({ SecretId }: { readonly SecretId: string }, request) {
      const secret = secretFor(parts, request, 'DescribeSecret', SecretId);
      return { ...secretShape(secret), VersionIdsToStages: stagesByVersion(secret) };
    },

    ListSecrets(input: ListInput, request) {
      request.authorize('secretsmanager:ListSecrets', '*');
      return listSecrets(store.list(), input);
    },

    DeleteSecret({ SecretId, RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force }: DeleteInput, request) {
      if (force === true && days !== undefined) {
        throw invalidParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
      }
      if (days !== undefined && (days < SHORTEST_WINDOW_DAYS || days > DEFAULT_WINDOW_DAYS)) {
        throw invalidParameter('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).');
      }
      const now = kernel.clock.now();
      if (force === true && store.find(SecretId) === undefined) {
        request.authorize('secretsmanager:DeleteSecret', store.arnOf(SecretId));
        return { ARN: store.arnOf(SecretId), Name: SecretId, DeletionDate: now / 1000 };
      }
      const secret = secretFor(parts, request, 'DeleteSecret', SecretId);
      const deletedAt = force === true ? now : now + (days ?? DEFAULT_WINDOW_DAYS) * DAY_MS;
      secret.deletedAt = deletedAt;
      if (force === true) store.remove(secret);
      return { ARN: secret.arn, Name: secret.name, DeletionDate: deletedAt / 1000 };
    },

    RestoreSecret({ SecretId }: { readonly SecretId: string }, request) {
      const secret = secretFor(parts, request, 'RestoreSecret', SecretId);
      delete secret.deletedAt;
      return { ARN: secret.arn, Name: secret.name };
    },
  };
}
