import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './usage-error.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** How Node says that the value of an option begins with a dash, and may be the next option. */
const AMBIGUOUS = /^Option '(?:-\w, )?(--[\w-]+)(?: <value>)?' argument is ambiguous/;

/** Parses a command's options. @throws UsageError naming the option that is wrong */
export function parseOptions<const Given extends Options>(args: readonly string[], options: Given, positionals = 0) {
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: positionals > 0, strict: true });
    if (parsed.positionals.length > positionals) {
      throw new UsageError(`unexpected "${parsed.positionals[positionals]}"`);
    }
    return parsed;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const [, option] = AMBIGUOUS.exec((error as Error).message) ?? [];
    if (option !== undefined) {
      const message = `${option} needs a value; one that begins with a dash is written ${option}=-…`;
      throw new UsageError(message, { cause: error });
    }
    // The first sentence says it all.
    throw new UsageError(`${(error as Error).message.split(/\. |\n/)[0]}; see --help`, { cause: error });
  }
}

/** Reads a whole number within bounds. @throws UsageError */
export function wholeNumberOption(name: string, text: string, min: number, max: number): number {
  const value = numberOption(name, text, min, max);
  if (Number.isInteger(value)) return value;
  throw new UsageError(`--${name} must be a whole number from ${min} to ${max}, but is "${text}"`);
}

/** Reads a number within bounds. @throws UsageError */
export function numberOption(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < min || value > max) {
    throw new UsageError(`--${name} must be a number from ${min} to ${max}, but is "${text}"`);
  }
  return value;
}
