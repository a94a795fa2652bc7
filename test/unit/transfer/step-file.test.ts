import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, type S3StepFile, type StepFile, type WorkflowStep } from 'ringback/transfer';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEfsStepFile } from '../../../lib/transfer/efs-step-file.ts';
import { createStepCloud, FUNCTION_PERMISSIONS, type StepCloud } from './step-cloud.ts';

let cloud: StepCloud;

beforeEach(async () => {
  cloud = await createStepCloud();
});
afterEach(() => cloud.close());

/** Runs one step and gives what it made of its file. */
async function seenBy<Value>(look: (file: S3StepFile, step: WorkflowStep) => Promise<Value>, options = {}) {
  let seen: Value | undefined;
  const { status } = await cloud.run(async (step) => {
    seen = await look(step.file as S3StepFile, step);
  }, options);
  return { status, seen };
}

const content = (bucket: string, key: string) => readFileSync(cloud.s3.get(cloud.root, bucket, key).file, 'utf8');

async function readAll(file: StepFile): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await file.stream()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe('an uploaded object', () => {
  it('is there, has a size and can be read in every way', async () => {
    const { status, seen } = await seenBy(async (file) => ({
      exists: await file.exists(),
      size: await file.size(),
      text: await file.text(),
      bytes: (await file.bytes()).length,
      stream: await readAll(file),
    }));
    expect(seen).toEqual({ exists: true, size: 8, text: 'a,b\n1,2\n', bytes: 8, stream: 'a,b\n1,2\n' });
    expect(status).toBe('COMPLETED');
  });

  it('is refused in memory when it is larger than allowed', async () => {
    const { steps } = await cloud.run(async (step) => void (await step.file.text({ maxBytes: 7 })));
    expect(steps).toMatchObject([{ error: { type: 'CUSTOM_STEP_FAILED' } }]);
    expect(cloud.lines.join()).toMatch(/has 8 bytes, more than the 7/);
  });

  it.each([
    ['size', (file: StepFile) => file.size()],
    ['stream', readAll],
    ['text', (file: StepFile) => file.text()],
    ['copy', (file: StepFile) => (file as S3StepFile).copyTo({ bucket: 'store', key: 'copy' })],
  ])('does not give its %s when another object has taken its place', async (_what, use) => {
    const { status } = await cloud.run(async (step) => {
      cloud.s3.put(cloud.root, 'landing', 'home/report.csv', Buffer.from('c,d\n3,4\n'));
      await use(step.file);
    });
    expect(status).toBe('EXCEPTION');
    expect(cloud.lines.join()).toMatch(/no longer what was uploaded/);
  });

  it('says when it is gone', async () => {
    const { seen } = await seenBy(async (file) => {
      cloud.s3.delete(cloud.root, 'landing', 'home/report.csv');
      const said = await file.text().catch((error: Error) => error.message);
      return [await file.exists(), said];
    });
    expect(seen).toEqual([false, expect.stringContaining('is gone')]);
  });

  it('names the permission that is missing', async () => {
    await cloud.close();
    cloud = await createStepCloud(FUNCTION_PERMISSIONS.slice(0, 1));
    await cloud.run(async (step) => void (await step.file.text()));
    expect(cloud.lines.join()).toMatch(/may not be used: allow s3:GetObject /);
  });

  it('gets tags beside those that it has, and keeps its ETag', async () => {
    const { seen } = await seenBy(async (file) => {
      await file.tag({ first: 'a + b', second: 'x' });
      await file.tag({ second: 'ü = y' });
      return file.tags();
    });
    expect(seen).toEqual({ first: 'a + b', second: 'ü = y' });
    expect(cloud.s3.get(cloud.root, 'landing', 'home/report.csv').tags).toEqual(seen);
  });

  it('gets no tag, and none for its failure, when another object has taken its place', async () => {
    vi.stubEnv('RINGBACK_FAILURE_TAG', 'RingbackFailure');
    await cloud.run(async (step) => {
      cloud.s3.put(cloud.root, 'landing', 'home/report.csv', Buffer.from('c,d\n3,4\n'));
      await expect((step.file as S3StepFile).tag({ checked: 'yes' })).rejects.toThrow(/no longer what was uploaded/);
      return fail('no');
    });
    vi.unstubAllEnvs();
    expect(cloud.s3.get(cloud.root, 'landing', 'home/report.csv').tags).toEqual({});
    expect(cloud.lines.join()).toMatch(
      /the tag that says why the step failed is not made.*no longer what was uploaded/,
    );
  });

  describe('in a bucket that keeps versions', () => {
    beforeEach(() =>
      cloud.declare('AWS::S3::Bucket', 'landing', {
        BucketName: 'landing',
        VersioningConfiguration: { Status: 'Enabled' },
      }),
    );

    it('is read, copied and tagged as it was uploaded, when another object has taken its place', async () => {
      const { seen, status } = await seenBy(async (file) => {
        cloud.s3.put(cloud.root, 'landing', 'home/report.csv', Buffer.from('c,d\n3,4\n5,6\n'));
        await file.copyTo({ bucket: 'store', key: 'copy' });
        await file.tag({ checked: 'yes' });
        return [await file.exists(), await file.size(), await file.text(), await file.tags()];
      });
      expect(seen).toEqual([true, 8, 'a,b\n1,2\n', { checked: 'yes' }]);
      expect(content('store', 'copy')).toBe('a,b\n1,2\n');
      expect(cloud.s3.get(cloud.root, 'landing', 'home/report.csv').tags).toEqual({});
      expect(status).toBe('COMPLETED');
    });

    it('is read when it was deleted since', async () => {
      const { seen } = await seenBy(async (file) => {
        cloud.s3.delete(cloud.root, 'landing', 'home/report.csv');
        return [await file.exists(), await file.text()];
      });
      expect(seen).toEqual([true, 'a,b\n1,2\n']);
    });
  });

  describe('in a bucket that has stopped to keep versions', () => {
    const file = { versionId: 'null' };
    const tag = (step: { file: unknown }) => (step.file as S3StepFile).tag({ checked: 'yes' });
    beforeEach(() =>
      cloud.declare('AWS::S3::Bucket', 'landing', {
        BucketName: 'landing',
        VersioningConfiguration: { Status: 'Suspended' },
      }),
    );

    it('is tagged while it is what was uploaded', async () => {
      await cloud.run(tag, { file });
      expect(cloud.s3.get(cloud.root, 'landing', 'home/report.csv').tags).toEqual({ checked: 'yes' });
    });

    it('gets no tag, and none for its failure, when another object has taken its place', async () => {
      vi.stubEnv('RINGBACK_FAILURE_TAG', 'RingbackFailure');
      await cloud.run(
        (step) => {
          cloud.s3.put(cloud.root, 'landing', 'home/report.csv', Buffer.from('c,d\n3,4\n'));
          return tag(step);
        },
        { file },
      );
      vi.unstubAllEnvs();
      expect(cloud.s3.get(cloud.root, 'landing', 'home/report.csv').tags).toEqual({});
      expect(cloud.lines.join()).toMatch(/the logic failed.*no longer what was uploaded/);
      expect(cloud.lines.join()).toMatch(/the tag that says why the step failed is not made/);
    });

    it('is not tagged where the event tells no ETag', async () => {
      await cloud.run(tag, { file: { ...file, etag: undefined, eTag: undefined } });
      expect(cloud.s3.get(cloud.root, 'landing', 'home/report.csv').tags).toEqual({});
      expect(cloud.lines.join()).toMatch(/tells neither ETag nor a version that stays/);
    });
  });

  it.each(['report.csv', 'a b+ü(1)?.csv'])('named %s is copied within S3', async (name) => {
    const { status } = await seenBy((file) => file.copyTo({ bucket: 'store', key: `copy of ${name}` }), {
      key: `home/${name}`,
    });
    expect(status).toBe('COMPLETED');
    expect(content('store', `copy of ${name}`)).toBe('a,b\n1,2\n');
  });
});

describe('tags', () => {
  it('are texts, whatever JavaScript gives', async () => {
    const { seen } = await seenBy(async (file) => {
      await file.tag({ rows: 5, clean: true, owner: undefined } as unknown as Record<string, string>);
      return file.tags();
    });
    expect(seen).toEqual({ rows: '5', clean: 'true' });
  });
});

describe('writing', () => {
  it('puts texts, bytes and streams elsewhere', async () => {
    await seenBy(async (file, step) => {
      await step.write({ bucket: 'store', key: 'text' }, 'ä');
      await step.write({ bucket: 'store', key: 'bytes' }, new Uint8Array([98]));
      await step.write({ bucket: 'store', key: 'stream' }, await file.stream(), { contentType: 'text/csv' });
    });
    expect(['text', 'bytes', 'stream'].map((key) => content('store', key))).toEqual(['ä', 'b', 'a,b\n1,2\n']);
    expect(cloud.lines.join()).not.toMatch(/writes over/);
  });

  it('warns when it would write over the uploaded object', async () => {
    await seenBy((file, step) => step.write({ bucket: file.bucket, key: file.key }, 'new'));
    expect(cloud.lines.join()).toMatch(/later steps of the workflow will fail with NOT_FOUND/);
  });
});

describe('the reason of a failure', () => {
  beforeEach(() => {
    vi.stubEnv('RINGBACK_FAILURE_EVENT_BUS', 'default');
    vi.stubEnv('RINGBACK_FAILURE_TAG', 'RingbackFailure');
  });
  afterEach(() => vi.unstubAllEnvs());

  it('goes to the event bus and the tag that were named', async () => {
    await cloud.run(() => fail('row 7: "amount" is no number\n(got "x")'));
    expect(cloud.s3.get(cloud.root, 'landing', 'home/report.csv').tags).toEqual({
      RingbackFailure: 'row 7: amount is no number got x',
    });
    expect(cloud.events).toMatchObject([
      { Source: 'ringback.transfer', DetailType: 'Workflow Step Failed', EventBusName: 'default' },
    ]);
    expect(JSON.parse(cloud.events[0]?.Detail ?? '')).toMatchObject({
      reason: 'row 7: "amount" is no number\n(got "x")',
      userName: 'ada',
      file: 's3://landing/home/report.csv',
    });
  });

  it('is cut to what a tag takes, and not through a character', async () => {
    await cloud.run(() => fail(`${'𠮷'.repeat(200)}x`));
    const { RingbackFailure = '' } = cloud.s3.get(cloud.root, 'landing', 'home/report.csv').tags;
    expect(RingbackFailure).toBe(`${'𠮷'.repeat(127)}x`);
  });

  it('is no reason to fail: a missing permission is a warning', async () => {
    await cloud.close();
    cloud = await createStepCloud(FUNCTION_PERMISSIONS.slice(0, 1));
    const { steps } = await cloud.run(() => fail('no'));
    expect(steps).toMatchObject([{ error: { type: 'CUSTOM_STEP_FAILED' } }]);
    expect(cloud.lines.filter((line) => line.includes('is not made'))).toHaveLength(2);
  });

  it('is a warning as soon as the tag is refused, also while the event is still on its way', async () => {
    await cloud.close();
    const mayTellTheBus = FUNCTION_PERMISSIONS.filter(({ Action }) => !JSON.stringify(Action).includes('s3:'));
    const tagIsRefused = () =>
      vi.waitFor(() => expect(cloud.lines.join()).toMatch(/the tag that says why .* not made/));
    cloud = await createStepCloud(mayTellTheBus, tagIsRefused);
    const { steps } = await cloud.run(() => fail('no'));
    expect(steps).toMatchObject([{ error: { type: 'CUSTOM_STEP_FAILED' } }]);
    expect(cloud.events).toHaveLength(1);
  });
});

describe('a file of a file system', () => {
  let folder: string;
  const file = (path = '/in/report.csv', rootPath = '/') =>
    createEfsStepFile({ domain: 'EFS', fileSystemId: 'fs-12345678', path }, { mountPath: folder, rootPath });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'efs-'));
    await writeFile(join(folder, 'report.csv'), 'a,b\n');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is read where it is mounted', async () => {
    const report = file('/report.csv');
    expect(report).toMatchObject({ uri: 'efs://fs-12345678/report.csv', name: 'report.csv' });
    expect([await report.exists(), await report.size(), await report.text()]).toEqual([true, 4, 'a,b\n']);
  });

  it('says when it is gone', async () => {
    expect(await file().exists()).toBe(false);
    await expect(file().text()).rejects.toThrow(/is gone/);
  });

  it('fails when it is changed while it is worked on', async () => {
    const report = file('/report.csv');
    await report.size();
    await writeFile(join(folder, 'report.csv'), 'a,b\n1,2\n');
    await expect(report.text()).rejects.toThrow(/was changed/);
  });

  it('is found by its path within the access point, where that has another root', async () => {
    expect(await file('/uploads/report.csv', '/uploads').text()).toBe('a,b\n');
    expect(await file('/uploads/report.csv', 'uploads/').text()).toBe('a,b\n');
  });

  it('names the root of the access point as a cause where it is not there', async () => {
    await expect(file('/uploads/report.csv').text()).rejects.toThrow(
      /is gone.*access point.*root directory.*"?filesystemRoot/,
    );
    expect(() => file('/elsewhere/report.csv', '/uploads').localPath()).toThrow(
      /which is \/uploads of the file system/,
    );
    expect(() => file('/uploads2/report.csv', '/uploads').localPath()).toThrow(/leads out/);
  });

  it.each([
    ['a file outside', '/proc/self/environ'],
    ['a file of the same file system', 'report.csv'],
    ['nothing', 'nowhere'],
  ])('is no symbolic link to %s', async (_what, target) => {
    await symlink(target, join(folder, 'link.csv'));
    const link = file('/link.csv');
    for (const use of [() => link.text(), () => link.size(), () => link.exists(), async () => link.localPath()]) {
      await expect(use()).rejects.toThrow(/is no upload: it is a symbolic link/);
    }
  });

  it.each([
    ['folder', () => mkdir(join(folder, 'odd'))],
    ['named pipe', async () => execFileSync('mkfifo', [join(folder, 'odd')])],
  ])('is no %s, which nobody waits for', async (_what, make) => {
    await make();
    expect(await file('/odd').exists()).toBe(false);
    for (const use of [() => file('/odd').text(), () => file('/odd').size(), () => file('/odd').stream()]) {
      await expect(use()).rejects.toThrow(/is no upload: it is a folder, a named pipe/);
    }
  });

  it.each(['/report.csv/below', `/${'n'.repeat(300)}`])('is not there where none can be: %s', async (path) => {
    expect(await file(path).exists()).toBe(false);
    await expect(file(path).text()).rejects.toThrow(/is gone/);
  });

  it('has no NUL in its path', () => {
    expect(() => file('/in\0/report.csv').localPath()).toThrow(/leads out of what the function has mounted/);
  });

  it('is not reached by a linked folder that leads out of the mount, but by one within', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'outside-'));
    await writeFile(join(outside, 'secret'), 'x');
    await symlink(outside, join(folder, 'out'));
    await mkdir(join(folder, 'in'));
    await writeFile(join(folder, 'in', 'own'), 'y');
    await symlink('in', join(folder, 'within'));
    await expect(file('/out/secret').text()).rejects.toThrow(/leads out of the mounted file system/);
    expect(await file('/within/own').text()).toBe('y');
    await rm(outside, { recursive: true });
  });

  it('stays within its file system', async () => {
    expect(() => file('/../other/secret').localPath()).toThrow(/leads out/);
    expect(() => createEfsStepFile({ domain: 'EFS', fileSystemId: 'fs-1', path: '/a' }, undefined).localPath()).toThrow(
      /not mounted/,
    );
  });
});
