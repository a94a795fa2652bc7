import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UnavailableError } from 'ringback';
import { startBuild } from 'ringback/codebuild';
import { createLocalCloud, type LocalCloud } from 'ringback/local';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { resourcesOf } from '../local/codebuild/build-cloud.ts';

let cloud: LocalCloud;
let folder: string;

beforeAll(async () => {
  cloud = await createLocalCloud();
  folder = mkdtempSync(path.join(tmpdir(), 'ringback-builds-'));
  const template = path.join(folder, 'template.json');
  writeFileSync(template, JSON.stringify({ Resources: resourcesOf({}, []) }));
  await cloud.deploy({ template });
  vi.stubEnv('AWS_ENDPOINT_URL', cloud.endpoint);
  vi.stubEnv('AWS_REGION', cloud.region);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAEXAMPLEEXAMPLE00');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

const task = (id: string) => ({
  callback: { service: 'codepipeline', id, region: 'us-east-1' },
  remainingMs: () => 20_000,
});

describe('startBuild', () => {
  it('defers, and finds the build of the same work when the logic runs again after CodeBuild forgot the request', async () => {
    const options = { project: 'shop', within: { hours: 3 } };
    const first = await startBuild(task('one'), options);
    await cloud.clock.passTo(cloud.clock.now() + 10 * 60_000);
    const again = await startBuild(task('one'), options);
    await startBuild(task('two'), options);
    expect(first).toMatchObject({ kind: 'deferred', withinMs: 3 * 3_600_000 });
    expect(again).toEqual(first);
    expect(cloud.codebuild.builds()).toHaveLength(2);
  });

  it('finds a build behind a hundred later ones', async () => {
    const options = { project: 'shop', within: { hours: 3 } };
    const first = await startBuild(task('early'), options);
    await Promise.all(Array.from({ length: 120 }, () => cloud.ask('codebuild', 'StartBuild', { projectName: 'shop' })));
    await cloud.clock.passTo(cloud.clock.now() + 10 * 60_000);
    expect(await startBuild(task('early'), options)).toEqual(first);
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['no build', {}],
    ['null', { StartBuild: { build: null } }],
    ['null everywhere', { ListBuildsForProject: { ids: null }, StartBuild: { build: { id: null } } }],
    [
      'null among earlier builds',
      { ListBuildsForProject: { ids: ['shop:1'] }, BatchGetBuilds: { builds: null }, StartBuild: {} },
    ],
  ])('says so where CodeBuild answers with %s', async (_what, answers) => {
    const server = createServer((request, response) => {
      const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
      response.end(JSON.stringify(answers[operation] ?? {}));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    onTestFinished(() => {
      vi.stubEnv('AWS_ENDPOINT_URL', cloud.endpoint);
      server.close();
    });
    const started = startBuild(task('four'), { project: 'shop', within: { hours: 1 } });
    await expect(started).rejects.toThrow(
      'the build of shop was not started: codebuild:StartBuild answered without one',
    );
    await expect(started).rejects.toBeInstanceOf(UnavailableError);
  });

  it.each([
    ['an unknown option', { project: 'shop', within: { hours: 1 }, image: 'x' }, /no option "image"/],
    [
      'a silence longer than all',
      { project: 'shop', within: { hours: 1 }, silence: { hours: 2 } },
      /at most as long as within, but is 120/,
    ],
    ['no project', { within: { hours: 1 } }, /needs the name of a project/],
    ['more than 36 hours', { project: 'shop', within: { hours: 37 } }, /at most 36 hours, but is 37 hours/],
    [
      'a variable of ours',
      { project: 'shop', within: { hours: 1 }, environment: { RINGBACK_X: '' } },
      /Ringback's own/,
    ],
    ['a project that is absent', { project: 'gone', within: { hours: 1 } }, /the build of gone was not started/],
  ])('refuses %s', async (_what, options, message) => {
    await expect(startBuild(task('three'), options)).rejects.toThrow(message);
  });
});
