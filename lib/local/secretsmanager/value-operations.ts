import type { Operation } from '../kernel/service.ts';
import { randomPassword } from './random-password.ts';
import { readValue, requireValue, type ValueInput } from './secret-value.ts';
import { authorizeKeyOf, type SecretsParts, usableSecretFor } from './secrets-parts.ts';
import { addVersion, findVersion, type WantedVersion } from './versions.ts';

const DAY_MS = 86_400_000;

interface PutInput extends ValueInput {
  readonly SecretId: string;
  readonly ClientRequestToken?: string;
  readonly VersionStages?: readonly string[];
}

/** The operations on values. */
export function createValueOperations(parts: SecretsParts): Record<string, Operation> {
  const { kernel } = parts;
  return {
    GetSecretValue({ SecretId, ...wanted }: WantedVersion & { readonly SecretId: string }, request) {
      const secret = usableSecretFor(parts, request, 'GetSecretValue', SecretId, {
        'secretsmanager:VersionId': wanted.VersionId,
        'secretsmanager:VersionStage': wanted.VersionStage,
      });
      const version = findVersion(secret, wanted);
      authorizeKeyOf(parts, request, secret, ['kms:Decrypt']);
      const now = kernel.clock.now();
      secret.accessedAt = now - (now % DAY_MS);
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.id,
        ...version.value,
        VersionStages: [...version.stages],
        CreatedDate: version.createdAt / 1000,
      };
    },

    PutSecretValue({ SecretId, ClientRequestToken = kernel.uuid(), VersionStages, ...input }: PutInput, request) {
      const secret = usableSecretFor(parts, request, 'PutSecretValue', SecretId);
      const value = requireValue(input);
      authorizeKeyOf(parts, request, secret, ['kms:GenerateDataKey', 'kms:Decrypt']);
      const now = kernel.clock.now();
      const version = addVersion(secret, { id: ClientRequestToken, value, stages: VersionStages, now });
      return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...version.stages] };
    },

    UpdateSecret({ SecretId, ClientRequestToken = kernel.uuid(), ...input }: UpdateInput, request) {
      const secret = usableSecretFor(parts, request, 'UpdateSecret', SecretId, {
        'secretsmanager:Description': input.Description,
        'secretsmanager:KmsKeyId': input.KmsKeyId,
      });
      const value = readValue(input);
      const kmsKeyId = input.KmsKeyId ?? secret.kmsKeyId;
      const updated = { ...secret, ...(kmsKeyId === undefined ? {} : { kmsKeyId }) };
      if (value !== undefined) authorizeKeyOf(parts, request, updated, ['kms:GenerateDataKey', 'kms:Decrypt']);
      const now = kernel.clock.now();
      if (value !== undefined) addVersion(secret, { id: ClientRequestToken, value, now });
      if (kmsKeyId !== undefined) secret.kmsKeyId = kmsKeyId;
      if (input.Description !== undefined) secret.description = input.Description;
      secret.changedAt = now;
      return { ARN: secret.arn, Name: secret.name, ...(value === undefined ? {} : { VersionId: ClientRequestToken }) };
    },

    GetRandomPassword(input, request) {
      request.authorize('secretsmanager:GetRandomPassword', '*');
      return { RandomPassword: randomPassword(input, () => kernel.random()) };
    },
  };
}

interface UpdateInput extends ValueInput {
  readonly SecretId: string;
  readonly ClientRequestToken?: string;
  readonly Description?: string;
  readonly KmsKeyId?: string;
}
