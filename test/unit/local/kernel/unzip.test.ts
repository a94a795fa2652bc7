import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { type ZipMember, zipOf } from '../../../../lib/archive/index.ts';
import { unzip } from '../../../../lib/local/kernel/unzip.ts';

const member = (name: string, content: string, kind: ZipMember['kind'] = 'file'): ZipMember => ({
  path: name,
  kind,
  open: () => Readable.from([Buffer.from(content)]),
});

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'unzip-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return path.join(made, 'out');
}

it('links of an archive become links', async () => {
  const to = folder();
  const members = [member('config.json', 'conf/prod.json', 'link'), member('conf/prod.json', '{}')];
  await unzip(await buffer(Readable.from(zipOf(members))), to);
  expect(readlinkSync(path.join(to, 'config.json'))).toBe('conf/prod.json');
  expect(readFileSync(path.join(to, 'config.json'), 'utf8')).toBe('{}');
});

it.each([
  ['by dots', [member('l', '../secret', 'link')]],
  ['by an absolute path', [member('l', '/etc/passwd', 'link')]],
  ['by way of another link', [member('here', '.', 'link'), member('l', 'here/..', 'link')]],
])('a link that leads out %s is refused', async (_how, members) => {
  await expect(unzip(await buffer(Readable.from(zipOf(members))), folder())).rejects.toThrow(
    'the link "l" leads out of the archive',
  );
});

it('names of Unix keep their backslashes, and are UTF-8 with or without the flag', async () => {
  const to = folder();
  const zip = await buffer(Readable.from(zipOf([member('dev\\x2duuid', ''), member('Müller', '')])));
  // Takes the flag out of the headers, as programs of Unix leave it out.
  for (let at = zip.indexOf('PK'); at !== -1; at = zip.indexOf('PK', at + 2)) {
    const flags = { 67324752: 6, 33639248: 8 }[zip.readUInt32LE(at)];
    if (flags !== undefined) zip.writeUInt16LE(zip.readUInt16LE(at + flags) & ~0x800, at + flags);
  }
  await unzip(zip, to);
  expect(readdirSync(to).sort()).toEqual(['Müller', 'dev\\x2duuid'].sort());
  expect(lstatSync(path.join(to, 'Müller')).isFile()).toBe(true);
});
