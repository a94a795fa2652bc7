import { fitText } from '../core/secrets/fit-text.ts';
import type { Redact } from '../core/secrets/redactor.ts';
import type { OperationOutput } from './outcomes.ts';

/** An output as the result APIs take it. */
export interface RecordOutput {
  readonly [member: string]: string | undefined;
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
const DESCRIPTION = { max: 1_024, keep: 'start', ifEmpty: '-' } as const;
const LONGEST_KEY = 1_000;

/** Thrown for outputs that are no outputs; the message says what is wrong. */
export class UnfitOutputsError extends Error {}

/** The outputs that user logic gave, as a list. @throws UnfitOutputsError */
export function listOutputs(outputs: unknown): readonly OperationOutput[] {
  if (Array.isArray(outputs)) return outputs.map(checked);
  if (typeof outputs !== 'object' || outputs === null) {
    throw new UnfitOutputsError(`outputs must be an object or a list, but are of type ${typeof outputs}`);
  }
  return Object.entries(outputs).map(([key, value]) => (isTerraformOutput(value) ? { key, ...value } : { key, value }));
}

/** What an output of Terraform or OpenTofu is made of in `output -json`; what stands beside value and `sensitive` tells nobody anything here. */
type TerraformOutput = { readonly value: unknown; readonly sensitive: boolean };

const TERRAFORM_MEMBERS = ['sensitive', 'type', 'value', 'description', 'ephemeral', 'deprecated'];

function isTerraformOutput(value: unknown): value is TerraformOutput {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { sensitive } = value as { sensitive?: unknown };
  return (
    typeof sensitive === 'boolean' &&
    'value' in value &&
    Object.keys(value).every((member) => TERRAFORM_MEMBERS.includes(member))
  );
}

/** A sensitive number, flag or object is withheld elsewhere from this many characters of JSON on. */
const SHORTEST_JSON_SECRET = 8;

/** The texts of all sensitive outputs, which no other text may show. Never throws: what is wrong is told by who fits them. */
export function sensitiveTexts(outputs: unknown): readonly string[] {
  try {
    return listOutputs(outputs).flatMap((output) => {
      const text = output.sensitive === true ? outputText(output) : undefined;
      // Of a text every length is a secret; of another value only what nobody writes by chance.
      const isSecret = typeof output.value === 'string' || (text?.length ?? 0) >= SHORTEST_JSON_SECRET;
      return text !== undefined && isSecret ? [text] : [];
    });
  } catch {
    return [];
  }
}

function checked(output: unknown, index: number): OperationOutput {
  if (typeof (output as OperationOutput | null)?.key === 'string') return output as OperationOutput;
  throw new UnfitOutputsError(`outputs[${index}] must be an object with a key and a value`);
}

/**
 * Writes outputs as the result APIs take them; what is too large is replaced by a note on its size. Keys stay as they
 * are, values and descriptions are redacted.
 */
export function toRecordOutputs(outputs: readonly OperationOutput[], redact: Redact): readonly RecordOutput[] {
  let total = 0;
  return outputs.flatMap((output) => {
    const { key, description, sensitive } = output;
    const text = outputText(output);
    if (text === undefined || key === '') return [];
    const value = redact(text);
    if (key.length > LONGEST_KEY) {
      throw new UnfitOutputsError(
        `the output key ${JSON.stringify(redact(key).slice(0, 60))}… has ${key.length} characters`,
      );
    }
    const fits = value.length <= LONGEST_VALUE && total + value.length <= LONGEST_TOTAL;
    const shown = sensitive === true ? SENSITIVE_MASK : fits ? value : `(${value.length} characters, too long to show)`;
    total += shown.length;
    const note =
      typeof description === 'string' && description !== '' ? fitText(redact(description), DESCRIPTION) : undefined;
    return [
      { OutputKey: key, OutputValue: shown.toWellFormed(), ...(note === undefined ? {} : { Description: note }) },
    ];
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
