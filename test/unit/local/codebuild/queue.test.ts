import { describe, expect, it } from 'vitest';
import { startBuildCloud } from './build-cloud.ts';

describe('the queue of builds', () => {
  it('lets builds wait until one ends that runs', async () => {
    const { cloud, start, view } = await startBuildCloud();
    cloud.codebuild.limitBuilds({ running: 0, waiting: 5 });
    const ids = [await start(), await start()];
    await cloud.clock.passTo(cloud.clock.now() + 60_000);
    for (const id of ids) expect(await view(id)).toMatchObject({ currentPhase: 'QUEUED', buildStatus: 'IN_PROGRESS' });
    cloud.codebuild.limitBuilds({ running: 1 });
    for (const id of ids) await expect.poll(async () => (await view(id)).buildStatus).toBe('SUCCEEDED');
  });

  it('gives a build up whose time to wait is over, and one that is stopped', async () => {
    const { cloud, start, view } = await startBuildCloud({ QueuedTimeoutInMinutes: 5 });
    cloud.codebuild.limitBuilds({ running: 0, waiting: 5 });
    const stopped = await start();
    await cloud.ask('codebuild', 'StopBuild', { id: stopped });
    const late = await start();
    await cloud.clock.passTo(cloud.clock.now() + 6 * 60_000);
    await expect.poll(async () => (await view(late)).buildStatus).toBe('TIMED_OUT');
    const queued = (await view(late)).phases.find(({ phaseType }) => phaseType === 'QUEUED');
    expect(queued).toMatchObject({
      phaseStatus: 'TIMED_OUT',
      contexts: [{ message: expect.stringMatching(/5 minutes/) }],
    });
    expect(await view(stopped)).toMatchObject({ buildStatus: 'STOPPED' });
  });

  it.each([
    ['a full queue', {}, { running: 0, waiting: 1 }, /Cannot have more than 1 builds in queue for the account/],
    ["a project's own limit", { ConcurrentBuildLimit: 1 }, {}, /more than 1 builds running for the project shop/],
  ])('refuses a build for %s, but not the same request again', async (_what, properties, limits, message) => {
    const { cloud, start } = await startBuildCloud(properties);
    cloud.codebuild.limitBuilds(limits);
    const id = await start({ idempotencyToken: 'one' });
    await expect(start({ idempotencyToken: 'two' })).rejects.toMatchObject({
      code: 'AccountLimitExceededException',
      message: expect.stringMatching(message),
    });
    expect(await start({ idempotencyToken: 'one' })).toBe(id);
  });
});
