import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const MAIN = fileURLToPath(new URL('../../../lib/cli/main.ts', import.meta.url));
const FULL = '/dev/full';

/** The command, whose output goes where nothing can be written. */
function onFullDisk(args: readonly string[]) {
  const child = spawn(process.execPath, ['--conditions=ringback-source', MAIN, ...args], {
    env: { PATH: process.env.PATH, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
    stdio: ['ignore', openSync(FULL, 'w'), 'pipe'],
    timeout: 30_000,
  });
  const code = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, code, stderr: text(child.stderr as NonNullable<typeof child.stderr>) };
}

describe.skipIf(!existsSync(FULL))('output that cannot be written', () => {
  it('is told once, with exit code 2', async () => {
    const { code, stderr } = onFullDisk(['--version']);
    expect([await code, await stderr]).toEqual([
      2,
      expect.stringMatching(/^ringback: the output cannot be written: .*\n$/),
    ]);
  });

  it('does not end a worker, whose jobs somebody waits for', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ringback-full-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = path.join(folder, 'worker.mjs');
    const index = pathToFileURL(fileURLToPath(new URL('../../../lib/codepipeline/index.ts', import.meta.url)));
    writeFileSync(
      file,
      `import { jobWorker, succeed } from '${index}';\nexport const handler = jobWorker(() => succeed(), { actionType: { category: 'Test', provider: 'Checks' } });\n`,
    );
    const { child, code, stderr } = onFullDisk(['worker', file, '--health', '0.1']);
    let ended = false;
    void code.then(() => {
      ended = true;
    });
    let told = '';
    child.stderr?.on('data', (chunk) => {
      told += chunk;
    });
    await expect.poll(() => told, { timeout: 20_000 }).toContain('jobs cannot be polled');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(ended).toBe(false);
    child.kill('SIGTERM');
    expect(await code).toBe(2);
    expect((await stderr).match(/cannot be written/g)).toHaveLength(1);
    expect(told).not.toContain('ended from within');
  });
});
