import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createDataFolder } from '../../../../lib/local/kernel/data-folder.ts';

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'data-folders-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The folder that a process would have made that lived once, or lives. */
async function folderOf(parent: string, pid: number): Promise<string> {
  const own = path.basename(await createDataFolder(parent));
  const folder = path.join(parent, own.replace(`-${process.pid}-`, `-${pid}-`));
  mkdirSync(path.join(folder, 's3'), { recursive: true });
  writeFileSync(path.join(folder, 's3', 'object'), 'content');
  return folder;
}

it('removes the folders of processes that were killed, and none of those that live', async () => {
  const parent = temporaryFolder();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const killed = await folderOf(parent, child.pid ?? 0);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  const living = await folderOf(parent, process.ppid);
  const init = await folderOf(parent, 1);

  const own = await createDataFolder(parent);

  expect(existsSync(killed)).toBe(false);
  for (const folder of [living, init, own]) expect(existsSync(folder)).toBe(true);
});

it('leaves alone what another host or another program made', async () => {
  const parent = temporaryFolder();
  const others = ['ringback-4194000-00000000-abcdef', 'ringback-app', 'ringback-4194000', 'other-4194000-x'];
  for (const name of others) mkdirSync(path.join(parent, name));
  await createDataFolder(parent);
  expect(readdirSync(parent)).toEqual(expect.arrayContaining(others));
});
