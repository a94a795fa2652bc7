import { readFile } from 'node:fs/promises';
import { VARIABLE_NAME } from './check-stub.ts';

/** Reads the lines `KEY=VALUE` that a command has left in a file. @throws Error that names a line of another form */
export async function readVariables(file: string): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new Error(`the output variables cannot be read: ${error.message}`);
  });
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return Object.fromEntries(lines.map(variableOf));
}

function variableOf(line: string): readonly [string, string] {
  const equals = line.indexOf('=');
  const name = line.slice(0, Math.max(0, equals));
  if (VARIABLE_NAME.test(name)) return [name, line.slice(equals + 1)];
  throw new Error(
    `a line of $RINGBACK_OUTPUT_VARIABLES is not KEY=VALUE: ${JSON.stringify(line.slice(0, 100))}; keys have letters, digits, @, - and _`,
  );
}
