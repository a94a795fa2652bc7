import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createStrangersMachine } from './strangers-machine.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ringback-machine-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const machine = createStrangersMachine(path.join(folder, 'cache'));

it('has npm wait one minute for an answer, and three times in all', async () => {
  const said = await machine.run(folder, 'npm config get fetch-timeout fetch-retries cache');
  expect(said).toContain('fetch-timeout=60000');
  expect(said).toContain('fetch-retries=2');
  expect(said).toContain(`cache=${path.join(folder, 'cache')}`);
});

it('finds nothing of this project on its PATH', async () => {
  expect(await machine.run(folder, 'command -v vitest || echo nothing')).toBe('nothing\n');
});

it('finds the programs that it is given before the others', async () => {
  expect(await machine.run(folder, 'echo $PATH', '/given')).toMatch(/^\/given:/);
});

it('names the install that a registry does not serve', async () => {
  const registry = createServer((_request, response) => response.writeHead(404).end()).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  const { port } = registry.address() as AddressInfo;
  try {
    await expect(machine.install(folder, `--registry http://127.0.0.1:${port} missing`)).rejects.toThrow(
      /^npm install --loglevel http --registry .* missing \(in .*\) ended with 1; the end of what it printed:\n.*E404/s,
    );
  } finally {
    registry.close();
  }
});
