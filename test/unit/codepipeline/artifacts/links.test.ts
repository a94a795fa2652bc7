import { mkdtempSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { craftTar, pax } from '../../archive/craft-tar.ts';
import { type ArtifactCloud, createArtifactCloud } from './artifact-cloud.ts';
import { type CraftedEntry, craftZip } from './craft-zip.ts';

let cloud: ArtifactCloud;
beforeAll(async () => {
  cloud = await createArtifactCloud();
});
afterAll(() => cloud.close());

const link = (name: string, data: string): CraftedEntry => ({ name, data, mode: 0o120777 });

describe('an artifact with links and broken entries', () => {
  const archive = craftZip([
    { name: 'conf/prod.json', data: '{"name":"prod"}' },
    link('config.json', 'conf/prod.json'),
    link('settings', 'conf'),
    link('chain', './settings/../config.json'),
    link('gone', 'nowhere'),
    link('.terraform/providers', '/usr/share/terraform'),
    link('up', '../outside'),
    link('one', 'two'),
    link('two', 'one'),
    { name: '/', data: '' },
    { name: '../evil', data: 'evil' },
    { name: 'locked', data: 'x', flags: 1 },
    { name: 'Mu\u0308ller.txt', data: 'Grüße' },
    { name: 'twice', data: 'same' },
    { name: 'twice', data: 'same' },
    { name: 'differs', data: 'one' },
    { name: 'differs', data: 'two' },
  ]);
  beforeAll(() => cloud.put('links.zip', archive));

  it.each([
    ['conf/prod.json', '{"name":"prod"}'],
    ['config.json', '{"name":"prod"}'],
    ['settings/prod.json', '{"name":"prod"}'],
    ['chain', '{"name":"prod"}'],
    ['Müller.txt', 'Grüße'],
    ['twice', 'same'],
  ])('gives what a file system would give at %s', async (path, text) => {
    expect(await cloud.input('links.zip').text(path)).toBe(text);
  });

  it.each([
    ['gone', 'the symbolic link leads to nothing in the archive'],
    ['.terraform/providers', 'the symbolic link leads out of the archive'],
    ['up', 'the symbolic link leads out of the archive'],
    ['.terraform/providers/aws', 'the symbolic link ".terraform/providers" on the way leads out of the archive'],
    ['one', 'the symbolic link leads to nothing in the archive'],
    ['../evil', 'the path leaves the archive by ".."'],
    ['locked', 'the entry is encrypted'],
    ['differs', 'this path twice, with different content'],
    ['settings', 'the entry is a folder'],
    ['none', 'there is no such entry; it has "conf/prod.json", "config.json"'],
  ])('says of %s why it gives nothing', async (path, reason) => {
    await expect(cloud.input('links.zip').text(path)).rejects.toThrow(reason);
  });

  it('lists what can be used, and where links lead', async () => {
    const found: Record<string, string | undefined> = {};
    for await (const entry of cloud.input('links.zip').entries()) found[entry.path] = await entry.linkTarget();
    expect(found).toMatchObject({ 'conf/prod.json': undefined, 'config.json': 'conf/prod.json', gone: 'nowhere' });
    expect(Object.keys(found)).not.toContain('../evil');
  });

  it('has its directory read once', async () => {
    const input = cloud.input('links.zip');
    await input.text('chain');
    cloud.requests.length = 0;
    await Promise.all([input.text('config.json'), input.text('Müller.txt')]);
    expect(cloud.requests).toEqual([]);
  });
});

it('an artifact may be a tar archive, with hard links', async () => {
  const entries = [
    { name: 'a.txt', content: 'A' },
    { name: 'b.txt', type: '1', linkName: 'a.txt' },
  ];
  cloud.put('source.tar', craftTar(entries));
  expect(await cloud.input('source.tar').text('b.txt')).toBe('A');
});

it.each([
  ['99999999999999', '+275760-09-13T00:00:00.000Z'],
  ['-1e300', '-271821-04-20T00:00:00.000Z'],
  ['1.5', '1970-01-01T00:00:01.500Z'],
])('a file of the time %s is listed with one that can be written down', async (mtime, time) => {
  cloud.put('time.tar', craftTar([pax({ mtime }), { name: 'a' }]));
  const found: string[] = [];
  for await (const { modified } of cloud.input('time.tar').entries()) found.push(modified.toISOString());
  expect(found).toEqual([time]);
});

it.each([
  ['a device', [{ name: 'odd', type: '3' }], 'the entry is a character device'],
  [
    'a sparse file',
    [pax({ 'GNU.sparse.major': '1', 'GNU.sparse.name': 'odd' }), { name: 'x', content: '1' }],
    'sparse',
  ],
  [
    'a pipe, beside a file of its path',
    [
      { name: 'odd', content: '1' },
      { name: 'odd', type: '6' },
    ],
    'a named pipe',
  ],
])('reading %s says what it is', async (_what, entries, problem) => {
  cloud.put('odd.tar', craftTar(entries));
  await expect(cloud.input('odd.tar').bytes('odd')).rejects.toThrow(problem);
});

it('times of files are kept as far as the format has them', async () => {
  const folder = mkdtempSync(path.join(cloud.folder, 'times-'));
  const kept = ['1905-01-01', '1969-07-20', '2024-02-29', '2038-01-20', '2050-06-01', '2106-12-31'];
  for (const day of kept) {
    writeFileSync(path.join(folder, day), '');
    utimesSync(path.join(folder, day), new Date(day), new Date(day));
  }
  await cloud.output('times.zip').writeFolder(folder, { timestamps: 'files' });
  for await (const { path: day, modified } of cloud.input('times.zip').entries()) {
    // As the file system has it, which may not reach as far.
    expect(modified).toEqual(statSync(path.join(folder, day)).mtime);
  }
});

it.each([
  ['a path with a backslash', { 'a\\b': 'x' }, 'backslash'],
  ['a lone surrogate', { 'a\ud800': 'x' }, 'well-formed'],
])('%s is not written', async (_, files, reason) => {
  await expect(cloud.output('odd.zip').writeFiles(files as Record<string, string>)).rejects.toThrow(reason);
});

it.each([
  ['no name', ''],
  ['a name that no file system takes', 'n'.repeat(300)],
])('an entry with %s is left out by what its refusal calls it', async (_what, name) => {
  cloud.put(
    'odd-name.zip',
    craftZip([
      { name, data: 'x' },
      { name: 'sound.txt', data: 'y' },
    ]),
  );
  const artifact = cloud.input('odd-name.zip');
  const refusal = await artifact.extractTo(cloud.folder).catch((error: Error) => error.message);
  const [, quoted = 'none'] = /entry ("[^"]*"): /.exec(String(refusal)) ?? [];
  const folder = mkdtempSync(path.join(cloud.folder, 'odd-'));
  expect(await artifact.extractTo(folder, { exclude: [JSON.parse(quoted)] })).toEqual({ files: 1, bytes: 1 });
});

it('a name with a colon is written and read', async () => {
  await cloud.output('colon.zip').writeFiles({ 'a:b.txt': 'x' });
  expect(await cloud.input('colon.zip').text('a:b.txt')).toBe('x');
});

it.each([
  [{ maxByte: 1 }, 'extractTo has no option "maxByte"'],
  [{ maxBytes: '1' }, 'maxBytes must be a number'],
  [{ strayLinks: 'keep' }, 'strayLinks must be "refuse" or "skip"'],
  [{ include: 'src' }, 'include must be an array of patterns or a function'],
  [{ include: [''] }, 'include has the pattern "", which matches nothing'],
])('the options %j are refused', async (options, reason) => {
  await expect(cloud.input('links.zip').extractTo(cloud.folder, options as object)).rejects.toMatchObject({
    name: 'InvalidOptionError',
    message: expect.stringContaining(reason),
  });
});
