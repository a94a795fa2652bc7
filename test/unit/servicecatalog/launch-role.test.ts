import fc from 'fast-check';
import { fakeTime } from 'ringback/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { launchRoleCredentials, sessionName } from '../../../lib/servicecatalog/launch-role.ts';
import { type ArtifactCloud, createArtifactCloud } from './artifact-cloud.ts';

let cloud: ArtifactCloud;
beforeEach(async () => {
  cloud = await createArtifactCloud();
});
afterEach(() => cloud.close());

describe('the credentials of a launch role', () => {
  it('are kept, and renewed five minutes before their end', async () => {
    const roleArn = cloud.createLaunchRole();
    const time = fakeTime(cloud.kernel.clock.now());
    const told: string[] = [];
    const provider = launchRoleCredentials({
      roleArn,
      sessionName: sessionName('pp-1', 'rec-1'),
      connection: cloud.engine(),
      time,
      onCredentials: ({ secretAccessKey }) => void told.push(secretAccessKey),
    });
    const [first, same] = await Promise.all([provider(), provider()]);
    expect(same).toBe(first);
    expect(cloud.kernel.identity.principalOf(first?.accessKeyId).arn).toMatch(/assumed-role\/Launch\/pp-1-rec-1$/);
    time.advance((first?.expiration?.getTime() ?? 0) - time.now() - 6 * 60_000);
    expect(await provider()).toBe(first);
    time.advance(2 * 60_000);
    const renewed = await provider();
    expect(renewed.accessKeyId).not.toBe(first?.accessKeyId);
    expect(told).toEqual([first?.secretAccessKey, renewed.secretAccessKey]);
  });

  it('are refused with the role and the trust that is missing', async () => {
    const roleArn = cloud.createLaunchRole(false);
    const provider = launchRoleCredentials({
      roleArn,
      sessionName: 'pp-1',
      connection: cloud.engine(),
      time: fakeTime(),
      onCredentials: () => undefined,
    });
    await expect(provider()).rejects.toMatchObject({
      code: 'PERMISSION',
      message: expect.stringMatching(
        /^the launch role arn:aws:iam::123456789012:role\/Launch cannot be assumed.*"Principal":\{"AWS":"arn:aws:iam::123456789012:root"\}/,
      ),
    });
  });
});

describe('sessionName', () => {
  it('is one that STS takes, whatever the ids are', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (ids) => {
        expect(sessionName(...ids)).toMatch(/^[\w+=,.@-]{2,64}$/);
      }),
    );
  });
});
