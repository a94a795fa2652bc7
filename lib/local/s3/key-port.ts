import type { ConditionContext, Principal } from '../kernel/kernel.ts';

/** Says whether a principal may use a customer-managed key. */
export interface KeyPort {
  /**
   * Allows or refuses one use of a key. `keyId` is the ARN of the key or of an alias; `context` holds what S3 sets
   * for key policies, such as `kms:ViaService`.
   *
   * @throws AwsError AccessDenied, or the service's error when the key does not exist or is disabled.
   */
  authorizeUse(
    principal: Principal,
    keyId: string,
    action: 'kms:GenerateDataKey' | 'kms:Decrypt',
    context: ConditionContext,
  ): void;
}
