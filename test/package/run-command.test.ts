import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { runCommand } from './run-command.ts';

const surroundings = { cwd: tmpdir(), env: { PATH: process.env.PATH ?? '' }, limitMs: 60_000 };

it('gives what a command prints on both streams', async () => {
  expect((await runCommand('echo one && echo two >&2', surroundings)).split('\n').sort()).toEqual(['', 'one', 'two']);
});

it('names the command that fails, with what it printed', async () => {
  await expect(runCommand('echo bad; exit 3', surroundings)).rejects.toThrow(
    /^echo bad; exit 3 \(in .*\) ended with 3; the end of what it printed:\nbad/,
  );
});

it('kills a command that does not end in time with what it has started, and names it', async () => {
  // The one that sleeps holds the streams: as long as it lives, the command's output has no end.
  await expect(runCommand('sleep 600 & wait', { ...surroundings, limitMs: 500 })).rejects.toThrow(
    /^sleep 600 & wait \(in .*\) did not end in 0.5 s and was killed/,
  );
});
