import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { chooseTerraform } from '../../../infra/scenarios/chosen-terraform.ts';

/** A folder with a program `tofu` that says its name. */
async function folderWithTofu(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ringback-tofu-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(path.join(folder, 'tofu'), '#!/bin/sh\necho tofu here\n');
  await chmod(path.join(folder, 'tofu'), 0o755);
  return folder;
}

it.each<[how: string, named: (folder: string) => string]>([
  ['its path', (folder) => path.join(folder, 'tofu')],
  ['its name', () => 'tofu'],
])(
  'a program that RINGBACK_TERRAFORM names by %s is found as terraform, until it is taken away',
  async (_how, named) => {
    const folder = await folderWithTofu();
    const PATH = [folder, '/usr/bin', '/bin'].join(path.delimiter);
    const env: NodeJS.ProcessEnv = { PATH, RINGBACK_TERRAFORM: named(folder) };
    const forget = await chooseTerraform(env);
    expect((await promisify(execFile)('terraform', [], { env })).stdout).toBe('tofu here\n');
    await forget();
    expect(env.PATH).toBe(PATH);
  },
);

it.each([{}, { RINGBACK_TERRAFORM: '' }, { RINGBACK_TERRAFORM: '/nowhere/tofu' }])(
  '%j changes nothing',
  async (chosen) => {
    const env: NodeJS.ProcessEnv = { PATH: '/bin', ...chosen };
    await (await chooseTerraform(env))();
    expect(env.PATH).toBe('/bin');
  },
);
