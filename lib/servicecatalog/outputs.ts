import { fitText } from '../core/secrets/fit-text.ts';
import type { Redact } from '../core/secrets/redactor.ts';
import type { OperationOutput } from './outcomes.ts';
import { AROUND_A_VALUE, holdsMarked, isMarked, isSensitive, secretOf } from './sensitive.ts';

/** An output as the result APIs take it. */
export interface RecordOutput {
  readonly [member: string]: string | undefined;
  readonly OutputKey: string;
  readonly OutputValue: string;
  readonly Description?: string;
}

/** What stands in for a value that nobody is to see. */
const SENSITIVE_MASK = '(sensitive value)';

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
  if (Array.isArray(outputs)) return outputs.map(checked).map(flagged);
  if (typeof outputs !== 'object' || outputs === null) {
    throw new UnfitOutputsError(`outputs must be an object or a list, but are of type ${typeof outputs}`);
  }
  refuseState(outputs);
  if (isMarked(outputs) && 'value' in outputs) {
    throw new UnfitOutputsError('outputs are a single sensitive output; give an object that has it by its key');
  }
  return Object.entries(outputs).map(([key, value]) => flagged(outputOf(key, value)));
}

function outputOf(key: string, value: unknown): OperationOutput {
  if (isMarked(value)) return { ...(value as object), key, value: secretOf(value), sensitive: true };
  return isTerraformOutput(value) ? { ...value, key } : { key, value };
}

/** An output that holds what is sensitive is that as a whole. */
function flagged(output: OperationOutput): OperationOutput {
  refuseState(output.value);
  return { ...output, sensitive: isSensitive(output.sensitive) || holdsMarked(output.value) };
}

/** Whether a value is an output of Terraform or OpenTofu that anybody may see, as `output -json` prints it. */
function isTerraformOutput(value: unknown): value is { readonly value: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const isKnown = (member: string) => member === 'value' || AROUND_A_VALUE.includes(member);
  return 'sensitive' in value && 'value' in value && Object.keys(value).every(isKnown);
}

/** Members of what `show -json` prints, and of a state's file. */
const VERSIONS = ['format_version', 'terraform_version'];
const CONTENTS = ['values', 'planned_values', 'prior_state', 'outputs', 'resources'];

/** A state or a plan tells in other places what of it is sensitive. @throws UnfitOutputsError */
function refuseState(value: unknown): void {
  if (typeof value !== 'object' || value === null || !VERSIONS.some((member) => member in value)) return;
  if (!CONTENTS.some((member) => typeof (value as Record<string, unknown>)[member] === 'object')) return;
  throw new UnfitOutputsError(
    'outputs are a state or a plan of Terraform, whose secrets stand in them; give what "terraform output -json" prints',
  );
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
    if (text === undefined) return [];
    if (key === '') throw new UnfitOutputsError('the key of an output is empty');
    const value = redact(text);
    if (key.length > LONGEST_KEY) {
      throw new UnfitOutputsError(
        `the output key ${JSON.stringify(redact(key).slice(0, 60))}… has ${key.length} characters`,
      );
    }
    const fits = value.length <= LONGEST_VALUE && total + value.length <= LONGEST_TOTAL;
    const shown = sensitive ? SENSITIVE_MASK : fits ? value : `(${text.length} characters, too long to show)`;
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
