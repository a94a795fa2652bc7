import { readPolicy } from '../identity/policy/check-policy.ts';
import { AwsError } from '../kernel/aws-error.ts';
import type { PolicyDocument } from '../kernel/kernel.ts';
import type { Operation } from '../kernel/service.ts';
import { malformedPolicy } from './secret-errors.ts';
import { type SecretsParts, secretFor, usableSecretFor } from './secrets-parts.ts';

interface PolicyInput {
  readonly SecretId: string;
  readonly ResourcePolicy: string;
  readonly BlockPublicPolicy?: boolean;
}

/** The operations on the policy that is attached to a secret. */
export function createPolicyOperations(parts: SecretsParts): Record<string, Operation> {
  return {
    GetResourcePolicy({ SecretId }: { readonly SecretId: string }, request) {
      const { arn, name, policy } = secretFor(parts, request, 'GetResourcePolicy', SecretId);
      return { ARN: arn, Name: name, ...(policy === undefined ? {} : { ResourcePolicy: JSON.stringify(policy) }) };
    },

    PutResourcePolicy({ SecretId, ResourcePolicy, BlockPublicPolicy }: PolicyInput, request) {
      const secret = usableSecretFor(parts, request, 'PutResourcePolicy', SecretId, {
        'secretsmanager:BlockPublicPolicy': String(BlockPublicPolicy === true),
      });
      const policy = readPolicy(ResourcePolicy, 'resource', malformedPolicy);
      if (BlockPublicPolicy === true && isPublic(policy)) {
        throw new AwsError('PublicPolicyException', 'You tried to attach a resource policy that grants broad access.');
      }
      secret.policy = policy;
      return { ARN: secret.arn, Name: secret.name };
    },

    DeleteResourcePolicy({ SecretId }: { readonly SecretId: string }, request) {
      const secret = usableSecretFor(parts, request, 'DeleteResourcePolicy', SecretId);
      delete secret.policy;
      return { ARN: secret.arn, Name: secret.name };
    },

    ValidateResourcePolicy({ SecretId, ResourcePolicy }: Partial<PolicyInput>, request) {
      if (SecretId === undefined) request.authorize('secretsmanager:ValidateResourcePolicy', '*');
      else secretFor(parts, request, 'ValidateResourcePolicy', SecretId);
      const isBroad = isPublic(readPolicy(ResourcePolicy ?? '', 'resource', malformedPolicy));
      const ErrorMessage = 'The policy grants broad access to the secret.';
      return {
        PolicyValidationPassed: !isBroad,
        ValidationErrors: isBroad ? [{ CheckName: 'Public access', ErrorMessage }] : [],
      };
    },
  };
}

/** Whether a statement allows everybody, under no condition. */
function isPublic({ Statement }: PolicyDocument): boolean {
  return [Statement].flat().some((statement) => {
    const { Effect, Principal, Condition } = statement as { Effect?: string; Principal?: unknown; Condition?: unknown };
    const everybody = Principal === '*' || (Principal as { AWS?: unknown } | undefined)?.AWS === '*';
    return Effect === 'Allow' && everybody && Condition === undefined;
  });
}
