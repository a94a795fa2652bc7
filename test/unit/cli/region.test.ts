import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findRegion } from '../../../lib/cli/region.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ringback-region-'));
  writeFileSync(
    path.join(folder, 'config'),
    '[default]\nregion = eu-west-1\n\n[profile ops]\nregion = eu-north-1\n\n[profile bare]\noutput = json\n' +
      '[profile "far away"]\n# region = us-east-1\ns3 =\n  region = us-east-2\nregion=sa-east-1 ; a comment\n',
  );
  writeFileSync(path.join(folder, 'credentials'), '[ops]\nregion = us-east-1\n\n[laptop]\r\nregion = ca-west-1\r\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = () => ({
  AWS_CONFIG_FILE: path.join(folder, 'config'),
  AWS_SHARED_CREDENTIALS_FILE: path.join(folder, 'credentials'),
});

describe('the region of a command', () => {
  it.each([
    ['the option', 'us-west-1', { AWS_REGION: 'us-west-2' }, 'us-west-1'],
    ['AWS_REGION', undefined, { AWS_REGION: 'us-west-2', AWS_DEFAULT_REGION: 'us-east-2' }, 'us-west-2'],
    ['AWS_DEFAULT_REGION', undefined, { AWS_DEFAULT_REGION: 'us-east-2', AWS_PROFILE: 'ops' }, 'us-east-2'],
    ['the profile', undefined, { AWS_PROFILE: 'ops' }, 'eu-north-1'],
    ['the default profile', undefined, {}, 'eu-west-1'],
    ['a profile with a space', undefined, { AWS_PROFILE: 'far away' }, 'sa-east-1'],
    ['a profile that only the credentials have', undefined, { AWS_PROFILE: 'laptop' }, 'ca-west-1'],
  ])('is that of %s', async (_source, option, env, region) => {
    expect(await findRegion(option, { ...files(), ...env })).toBe(region);
  });

  it.each(['x@127.0.0.1:46512/#', 'eu-west-1.example.com/', 'eu west', '../..', 'EU-WEST-1'])(
    'is not %j, whoever names it',
    async (hostile) => {
      const named = [findRegion(hostile, files()), findRegion(undefined, { ...files(), AWS_REGION: hostile })];
      for (const region of named) await expect(region).rejects.toThrow(/an AWS region looks like eu-central-1, but/);
    },
  );

  it('is asked for where nobody names one', async () => {
    const none = findRegion(undefined, { ...files(), AWS_PROFILE: 'bare' });
    await expect(none).rejects.toThrow(
      'no AWS region is named: pass --region, set AWS_REGION, or give the profile bare a region',
    );
  });
});
