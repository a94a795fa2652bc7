import { pageOf } from '../kernel/page.ts';
import type { Operation } from '../kernel/service.ts';
import type { Secret, SecretVersion } from './secret.ts';
import { invalidParameter, notFound } from './secret-errors.ts';
import { type SecretsParts, secretFor, usableSecretFor } from './secrets-parts.ts';
import { holderOf, moveStage } from './versions.ts';

interface StageInput {
  readonly SecretId: string;
  readonly VersionStage: string;
  readonly RemoveFromVersionId?: string;
  readonly MoveToVersionId?: string;
}

interface ListInput {
  readonly SecretId: string;
  readonly IncludeDeprecated?: boolean;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

const LARGEST_PAGE = 100;

/** The operations on versions and their staging labels. */
export function createStageOperations(parts: SecretsParts): Record<string, Operation> {
  return {
    ListSecretVersionIds(input: ListInput, request) {
      const secret = secretFor(parts, request, 'ListSecretVersionIds', input.SecretId);
      const listed = [...secret.versions.values()].filter(({ stages }) => input.IncludeDeprecated || stages.size > 0);
      const { items, nextToken } = pageOf(listed, {
        list: `secretsmanager:ListSecretVersionIds:${secret.name}`,
        size: input.MaxResults ?? LARGEST_PAGE,
        token: input.NextToken,
        refusal: 'InvalidNextTokenException',
      });
      return {
        ARN: secret.arn,
        Name: secret.name,
        Versions: items.map(({ id, stages, createdAt }) => ({
          VersionId: id,
          ...(stages.size === 0 ? {} : { VersionStages: [...stages] }),
          CreatedDate: createdAt / 1000,
        })),
        ...(nextToken === undefined ? {} : { NextToken: nextToken }),
      };
    },

    UpdateSecretVersionStage({ SecretId, VersionStage, RemoveFromVersionId, MoveToVersionId }: StageInput, request) {
      const secret = usableSecretFor(parts, request, 'UpdateSecretVersionStage', SecretId, {
        'secretsmanager:VersionStage': VersionStage,
      });
      const holder = holderOf(secret, VersionStage);
      if (holder !== undefined && MoveToVersionId !== holder.id && holder.id !== RemoveFromVersionId) {
        throw invalidParameter(
          `The parameter RemoveFromVersionId can't be empty. Staging label ${VersionStage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
        );
      }
      if (MoveToVersionId !== undefined) moveStage(secret, VersionStage, versionOf(secret, MoveToVersionId));
      else if (VersionStage === 'AWSCURRENT') {
        throw invalidParameter(
          'You can only move staging label AWSCURRENT to a different secret version. It can’t be completely removed.',
        );
      } else holder?.stages.delete(VersionStage);
      secret.changedAt = parts.kernel.clock.now();
      return { ARN: secret.arn, Name: secret.name };
    },
  };
}

function versionOf({ versions }: Secret, id: string): SecretVersion {
  const version = versions.get(id);
  if (version === undefined) throw notFound(`the specified secret value for VersionId: ${id}`);
  return version;
}
