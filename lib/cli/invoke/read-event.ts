import { readFile } from 'node:fs/promises';
import { decodeText } from '../decode-text.ts';
import { samples } from '../event-command.ts';
import { readStdin } from '../read-stdin.ts';
import { UsageError } from '../usage-error.ts';

/**
 * Reads the event that a handler is invoked with: a sample's by its name, a file's, or that of stdin (`-`).
 *
 * @throws UsageError when there is none, or it is not JSON
 */
export async function readEvent(name: string): Promise<unknown> {
  const sample = Object.hasOwn(samples, name) ? samples[name] : undefined;
  if (sample !== undefined) return sample.make();
  const source = name === '-' ? 'the event on stdin' : name;
  const text = name === '-' ? await readStdin('the event') : await readEventFile(name);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${source} is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

async function readEventFile(name: string): Promise<string> {
  try {
    return decodeText(await readFile(name));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const known = Object.keys(samples).join(', ');
    throw new UsageError(
      code === 'ENOENT'
        ? `there is neither a file nor a sample event "${name}"; the samples are ${known}`
        : `the event ${name} cannot be read: ${message}`,
      { cause: error },
    );
  }
}
