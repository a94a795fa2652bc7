import { describe, expect, it } from 'vitest';
import { createKms } from '../../../../lib/local/identity/kms.ts';
import type { CreatedResource } from '../../../../lib/local/kernel/service.ts';
import { ACCOUNT_ID, allow, createAccount, policy, ROOT_ARN } from './account.ts';

function scene(KeyPolicy?: unknown) {
  const account = createAccount();
  const kms = createKms({ accountId: ACCOUNT_ID, partition: 'aws', region: 'eu-west-1', identity: account.identity });
  const create = (type: string, properties: Record<string, unknown>) =>
    kms.resources?.[type]?.({
      type,
      logicalId: 'Key',
      stackName: 'Shop',
      assemblyDir: '',
      properties,
    }) as CreatedResource;
  const key = create('AWS::KMS::Key', KeyPolicy === undefined ? {} : { KeyPolicy });
  return {
    ...account,
    kms,
    key,
    arn: String(key.attributes?.Arn),
    alias: (properties: Record<string, unknown>) => create('AWS::KMS::Alias', properties),
  };
}

describe('createKms', () => {
  it('finds a key by its id, its ARN and its alias', () => {
    const { kms, key, arn, alias } = scene();
    expect(arn).toBe(`arn:aws:kms:eu-west-1:${ACCOUNT_ID}:key/${key.ref}`);
    expect(key.ref).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(alias({ AliasName: 'alias/shop', TargetKeyId: arn }).ref).toBe('alias/shop');

    for (const name of [key.ref, arn, 'alias/shop', `arn:aws:kms:eu-west-1:${ACCOUNT_ID}:alias/shop`]) {
      expect(kms.find(name)?.arn).toBe(arn);
    }
  });

  it('lets the account decide for a key without a policy of its own', () => {
    const { kms, key, identity, role } = scene();

    kms.authorize(identity.role(role([allow({ Action: 'kms:*' })], { RoleName: 'a' })), 'kms:Decrypt', key.ref);
    expect(() => kms.authorize(identity.role(role([], { RoleName: 'b' })), 'kms:Decrypt', key.ref)).toThrow(
      /because no identity-based policy allows the kms:Decrypt action$/,
    );
  });

  it('refuses what the key policy neither allows nor leaves to the account', () => {
    const { kms, key, identity, role } = scene(
      policy(allow({ Principal: { AWS: ROOT_ARN }, Action: 'kms:Describe*' })),
    );
    const principal = identity.role(role([allow()]));

    kms.authorize(principal, 'kms:DescribeKey', key.ref);
    expect(() => kms.authorize(principal, 'kms:Decrypt', key.ref)).toThrow(
      /because no resource-based policy allows the kms:Decrypt action$/,
    );
  });

  it('opens the keys that AWS manages, and misses keys that nobody declares', () => {
    const { kms, identity, role } = scene();
    const principal = identity.role(role([]));

    kms.authorize(principal, 'kms:Decrypt', 'alias/aws/s3');
    expect(() => kms.authorize(principal, 'kms:Decrypt', 'alias/none')).toThrow("key 'alias/none' does not exist");
  });
});
