import type { Secret } from './secret.ts';

/** What DescribeSecret and ListSecrets show of a secret. Its value is no part of it. */
export function secretShape(secret: Secret): object {
  const { arn, name, description, kmsKeyId, tags, createdAt, changedAt, accessedAt, deletedAt } = secret;
  return {
    ARN: arn,
    Name: name,
    ...(description === undefined ? {} : { Description: description }),
    ...(kmsKeyId === undefined ? {} : { KmsKeyId: kmsKeyId }),
    CreatedDate: createdAt / 1000,
    LastChangedDate: changedAt / 1000,
    ...(accessedAt === undefined ? {} : { LastAccessedDate: accessedAt / 1000 }),
    ...(deletedAt === undefined ? {} : { DeletedDate: deletedAt / 1000 }),
    ...(tags.length === 0 ? {} : { Tags: tags }),
  };
}
