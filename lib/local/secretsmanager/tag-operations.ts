import type { Operation } from '../kernel/service.ts';
import type { Tag } from './secret.ts';
import { type SecretsParts, usableSecretFor } from './secrets-parts.ts';

/** The operations on the tags of secrets. */
export function createTagOperations(parts: SecretsParts): Record<string, Operation> {
  return {
    TagResource({ SecretId, Tags }: { readonly SecretId: string; readonly Tags: readonly Tag[] }, request) {
      const secret = usableSecretFor(parts, request, 'TagResource', SecretId);
      const given = new Set(Tags.map(({ Key }) => Key));
      secret.tags = [...secret.tags.filter(({ Key }) => !given.has(Key)), ...Tags];
      return {};
    },

    UntagResource({ SecretId, TagKeys }: { readonly SecretId: string; readonly TagKeys: readonly string[] }, request) {
      const secret = usableSecretFor(parts, request, 'UntagResource', SecretId);
      secret.tags = secret.tags.filter(({ Key }) => !TagKeys.includes(Key));
      return {};
    },
  };
}
