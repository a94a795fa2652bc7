import { AwsError } from '../kernel/aws-error.ts';
import type { ConditionContext, Kernel, Principal } from '../kernel/kernel.ts';
import type { RequestContext } from '../kernel/service.ts';
import type { Secret } from './secret.ts';
import { invalidRequest, notFound } from './secret-errors.ts';
import type { SecretStore } from './secret-store.ts';

/** Says whether a principal may use a customer-managed key. @throws AwsError AccessDeniedException, NotFoundException */
export type AuthorizeKey = (principal: Principal, keyId: string, action: string, context: ConditionContext) => void;

/** What the operations of Secrets Manager share. */
export interface SecretsParts {
  readonly kernel: Kernel;
  readonly store: SecretStore;
  readonly authorizeKey: AuthorizeKey;
}

/** Asks whether the caller may act on a secret, by its own policies or the secret's. @throws AwsError AccessDeniedException */
export function authorizeSecret(
  request: RequestContext,
  operation: string,
  secret: Secret,
  context: ConditionContext = {},
): void {
  const tags = secret.tags.flatMap(({ Key, Value }) => [
    [`aws:ResourceTag/${Key}`, Value],
    [`secretsmanager:ResourceTag/${Key}`, Value],
  ]);
  request.authorize(
    `secretsmanager:${operation}`,
    secret.arn,
    { 'secretsmanager:SecretId': secret.arn, ...Object.fromEntries(tags), ...context },
    secret.policy === undefined ? [] : [secret.policy],
  );
}

/**
 * The secret of an id, for who may act on it. Who may not learns nothing of whether it exists.
 *
 * @throws AwsError AccessDeniedException, ResourceNotFoundException
 */
export function secretFor(
  { store }: SecretsParts,
  request: RequestContext,
  operation: string,
  secretId: string,
  context: ConditionContext = {},
): Secret {
  const secret = store.find(secretId);
  if (secret === undefined) {
    request.authorize(`secretsmanager:${operation}`, store.arnOf(secretId), context);
    throw notFound();
  }
  authorizeSecret(request, operation, secret, context);
  return secret;
}

/** {@link secretFor}, for what a secret that is marked for deletion refuses. @throws AwsError InvalidRequestException */
export function usableSecretFor(...parameters: Parameters<typeof secretFor>): Secret {
  const secret = secretFor(...parameters);
  if (secret.deletedAt === undefined) return secret;
  throw invalidRequest("You can't perform this operation on the secret because it was marked for deletion.");
}

/**
 * Asks whether the caller may use the key of a secret. Keys that AWS manages need no permission.
 *
 * @throws AwsError AccessDeniedException; EncryptionFailure or DecryptionFailure when the key does not exist
 */
export function authorizeKeyOf(
  { kernel, authorizeKey }: SecretsParts,
  { principal }: RequestContext,
  secret: Secret,
  actions: readonly ('kms:Decrypt' | 'kms:GenerateDataKey')[],
): void {
  const { kmsKeyId, arn } = secret;
  if (kmsKeyId === undefined) return;
  const context = {
    'kms:ViaService': `secretsmanager.${kernel.region}.amazonaws.com`,
    'kms:CallerAccount': kernel.accountId,
    'kms:EncryptionContext:SecretARN': arn,
  };
  for (const action of actions) {
    try {
      authorizeKey(principal, kmsKeyId, action, context);
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== 'NotFoundException') throw error;
      throw new AwsError(action === 'kms:Decrypt' ? 'DecryptionFailure' : 'EncryptionFailure', error.message);
    }
  }
}
