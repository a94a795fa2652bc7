import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { runCli } from './run-cli.ts';

const MAIN = fileURLToPath(new URL('../../../lib/cli/main.ts', import.meta.url));

/** A folder with a handler that never ends, and one for temporary files. */
function folders() {
  const folder = mkdtempSync(path.join(tmpdir(), 'ringback-stopped-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(path.join(folder, 'package.json'), '{}');
  const handler = path.join(folder, 'waits.mjs');
  writeFileSync(
    handler,
    'export const handler = () => { console.log("at work"); return new Promise((resolve) => setTimeout(resolve, 600_000)); };',
  );
  const temporary = path.join(folder, 'temporary');
  mkdirSync(temporary);
  return { handler, temporary };
}

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('ringback invoke ends in good order when it is stopped by %s', async (signal, exitCode) => {
  const { handler, temporary } = folders();
  const args = ['invoke', handler, '--event', 'codepipeline-job', '--timeout', '900'];
  const child = spawn(process.execPath, ['--conditions=ringback-source', MAIN, ...args], {
    env: { PATH: process.env.PATH, TMPDIR: temporary, NODE_DISABLE_COMPILE_CACHE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const written = { stdout: '', stderr: '' };
  const ended = new Promise((resolve) => child.on('close', resolve));
  const isAtWork = new Promise<void>((resolve) => {
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        written[stream] += text;
        if (written.stdout.includes('at work')) resolve();
      });
    }
  });
  await Promise.race([isAtWork, ended]);
  expect(readdirSync(temporary)).not.toEqual([]);
  // As timeout does, which signals the process and then its group.
  child.kill(signal);
  child.kill(signal);
  expect(await ended).toBe(exitCode);
  expect(written.stderr).toBe(`ringback: stopped by ${signal}, before the handler had ended\n`);
  expect(readdirSync(temporary)).toEqual([]);
});

it('ringback invoke says that there is no folder for temporary files', async () => {
  const { handler, temporary } = folders();
  const nowhere = path.join(temporary, 'nowhere');
  const env = { TMPDIR: nowhere, NODE_DISABLE_COMPILE_CACHE: '1' };
  expect(await runCli(['invoke', handler, '--event', 'codepipeline-job'], { env })).toEqual({
    code: 2,
    stdout: '',
    stderr: `ringback: no temporary folder can be made in ${nowhere}: there is no such folder; TMPDIR names another place\n`,
  });
});
