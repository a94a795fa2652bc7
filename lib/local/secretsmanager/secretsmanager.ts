import type { Kernel } from '../kernel/kernel.ts';
import type { LocalService } from '../kernel/service.ts';
import model from '../models/secretsmanager.json' with { type: 'json' };
import { resolveSecretReference } from './dynamic-reference.ts';
import { createPolicyOperations } from './policy-operations.ts';
import { createSecretResources } from './resources.ts';
import { createSecretOperations } from './secret-operations.ts';
import { createSecretStore } from './secret-store.ts';
import type { AuthorizeKey, SecretsParts } from './secrets-parts.ts';
import { createStageOperations } from './stage-operations.ts';
import { createTagOperations } from './tag-operations.ts';
import { createValueOperations } from './value-operations.ts';

/** What Secrets Manager reaches of the other services. */
export interface SecretsManagerOptions {
  /** Keys that AWS manages are open to the account. */
  readonly authorizeKey: AuthorizeKey;
}

/** Creates Secrets Manager (JSON 1.1). Values are kept in memory, unencrypted, and are in no event but `call`. */
export function createSecretsManager(kernel: Kernel, { authorizeKey }: SecretsManagerOptions): LocalService {
  const parts: SecretsParts = { kernel, store: createSecretStore(kernel), authorizeKey };
  return {
    name: 'secretsmanager',
    json: {
      targetPrefix: 'secretsmanager',
      jsonVersion: '1.1',
      model,
      operations: {
        ...createSecretOperations(parts),
        ...createValueOperations(parts),
        ...createPolicyOperations(parts),
        ...createTagOperations(parts),
        ...createStageOperations(parts),
      },
    },
    resources: createSecretResources(parts),
    dynamicReferences: { secretsmanager: (reference) => resolveSecretReference(parts.store, reference) },
  };
}
