import type { OperationOutput } from './outcomes.ts';

/** An output as the result APIs take it. */
export interface RecordOutput {
  readonly OutputKey: string;
  readonly OutputValue: string;
  readonly Description?: string;
}

/** What stands in for a value that nobody is to see. */
export const SENSITIVE_MASK = '(sensitive value)';

/**
 * AWS publishes no limits for outputs. These keep a decision within the ledger's item of 400 KB and a request small:
 * characters of one value, and of all together.
 */
const LONGEST_VALUE = 32_768;
const LONGEST_TOTAL = 200_000;
const LONGEST_DESCRIPTION = 1_024;
const LONGEST_KEY = 1_000;

/** Thrown for outputs that are no outputs; the message says what is wrong. */
export class UnfitOutputsError extends Error {}

/** The outputs that user logic gave, as a list. @throws UnfitOutputsError */
export function listOutputs(outputs: unknown): readonly OperationOutput[] {
  if (Array.isArray(outputs)) return outputs.map(checked);
  if (typeof outputs !== 'object' || outputs === null) {
    throw new UnfitOutputsError(`outputs must be an object or a list, but are of type ${typeof outputs}`);
  }
  return Object.entries(outputs).map(([key, value]) => ({ key, value }));
}

function checked(output: unknown, index: number): OperationOutput {
  if (typeof (output as OperationOutput | null)?.key === 'string') return output as OperationOutput;
  throw new UnfitOutputsError(`outputs[${index}] must be an object with a key and a value`);
}

/** Writes outputs as the result APIs take them; what is too large is replaced by a note on its size. */
export function toRecordOutputs(outputs: readonly OperationOutput[]): readonly RecordOutput[] {
  let total = 0;
  return outputs.flatMap((output) => {
    const { key, description, sensitive = false } = output;
    const value = outputText(output);
    if (value === undefined || key === '') return [];
    if (key.length > LONGEST_KEY) {
      throw new UnfitOutputsError(`the output key ${JSON.stringify(key.slice(0, 60))}… has ${key.length} characters`);
    }
    const fits = value.length <= LONGEST_VALUE && total + value.length <= LONGEST_TOTAL;
    const shown = sensitive ? SENSITIVE_MASK : fits ? value : `(${value.length} characters, too long to show)`;
    total += shown.length;
    const note = typeof description === 'string' ? description.toWellFormed().slice(0, LONGEST_DESCRIPTION) : '';
    return [{ OutputKey: key, OutputValue: shown.toWellFormed(), ...(note === '' ? {} : { Description: note }) }];
  });
}

/** The text of an output's value; undefined where it has none. */
export function outputText({ value }: OperationOutput): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch (cause) {
    throw new UnfitOutputsError(`an output is no JSON: ${(cause as Error).message}`, { cause });
  }
}
