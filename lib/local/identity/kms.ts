import { AwsError } from '../kernel/aws-error.ts';
import type { ConditionContext, Identity, PolicyDocument, Principal } from '../kernel/kernel.ts';
import type { LocalService } from '../kernel/service.ts';
import { stableUuid } from './physical-name.ts';
import { checkPolicy } from './policy/check-policy.ts';

/** Options of {@link createKms}. */
export interface KmsOptions {
  readonly accountId: string;
  readonly partition: string;
  readonly region: string;
  readonly identity: Pick<Identity, 'authorize'>;
}

/** A key that a template declares. */
export interface KmsKey {
  readonly keyId: string;
  readonly arn: string;
  readonly policy: PolicyDocument;
}

/** The keys of one local cloud. They encrypt nothing: what they guard is who may use them. */
export interface Kms extends LocalService {
  /** Finds a key by its id, its ARN, an alias name or an alias ARN. */
  find(key: string): KmsKey | undefined;
  /**
   * Allows or refuses an action such as `kms:Decrypt` on a key, by the key's policy and the caller's. Keys under
   * `alias/aws/` are managed by AWS and open to the account.
   *
   * @throws AwsError NotFoundException, AccessDeniedException
   */
  authorize(principal: Principal, action: string, key: string, context?: ConditionContext): void;
}

/** Creates KMS without keys. */
export function createKms({ accountId, partition, region, identity }: KmsOptions): Kms {
  const arnPrefix = `arn:${partition}:kms:${region}:${accountId}`;
  const keys = new Map<string, KmsKey>();
  const aliases = new Map<string, string>();

  /** The part after the account, such as `key/1234` or `alias/name`; a bare id stays as it is. */
  const localPart = (key: string) => (key.startsWith(`${arnPrefix}:`) ? key.slice(arnPrefix.length + 1) : key);

  function find(key: string): KmsKey | undefined {
    const name = localPart(key);
    const target = name.startsWith('alias/') ? aliases.get(name) : name;
    return target === undefined ? undefined : keys.get(localPart(target).replace(/^key\//, ''));
  }

  return {
    name: 'kms',
    find,
    authorize(principal, action, key, context) {
      if (localPart(key).startsWith('alias/aws/')) return;
      const found = find(key);
      if (found === undefined) {
        throw new AwsError('NotFoundException', `key '${key}' does not exist; no stack declares it`);
      }
      identity.authorize(principal, action, found.arn, context, [found.policy]);
    },
    resources: {
      'AWS::KMS::Key': ({ stackName, logicalId, properties }) => {
        const keyId = stableUuid(`${stackName}/${logicalId}`);
        const arn = `${arnPrefix}:key/${keyId}`;
        const policy = checkPolicy(
          properties.KeyPolicy ?? accountDecides(partition, accountId),
          'resource',
          (reason) => new AwsError('MalformedPolicyDocumentException', reason),
        );
        keys.set(keyId, { keyId, arn, policy });
        return { ref: keyId, attributes: { Arn: arn, KeyId: keyId } };
      },
      'AWS::KMS::Alias': ({ properties }) => {
        aliases.set(properties.AliasName, properties.TargetKeyId);
        return { ref: properties.AliasName, attributes: { AliasName: properties.AliasName } };
      },
    },
  };
}

/** The policy of a key that is declared without one: the account's own policies decide. */
function accountDecides(partition: string, accountId: string): PolicyDocument {
  const Principal = { AWS: `arn:${partition}:iam::${accountId}:root` };
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' }] };
}
