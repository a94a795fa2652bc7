import { type Decision, failedDecision } from '../core/decision.ts';
import { fitText } from '../core/text.ts';
import { listOutputs, type RecordOutput, toRecordOutputs, UnfitOutputsError } from './outputs.ts';

/** Lengths in characters, of the API model (servicecatalog 2015-12-10). */
export const limits = {
  failureReason: 2_048,
  tagKey: 128,
  tagValue: 256,
} as const;

/** What a decision about an operation keeps: ready to go into a request. */
export interface FittedDetails {
  readonly outputs?: readonly RecordOutput[];
  readonly resourceIdentifier?: { readonly key: string; readonly value: string };
}

type Details = Readonly<Record<string, unknown>>;
type Stored = { readonly [key: string]: never };

const MEMBERS = ['outputs', 'resourceIdentifier'];
/** What a tag may be made of. */
const TAG = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u;

/** Fits a decision about an operation into the members and limits of the Notify APIs. */
export function fitOperationDecision(decision: Decision): Decision {
  if (decision.kind === 'failed') {
    return {
      ...decision,
      reason: fitText(decision.reason, {
        max: limits.failureReason,
        keep: 'end',
        ifEmpty: 'failed without a reason',
        astral: false,
      }),
      details: lenient(decision.details) as Stored,
    };
  }
  try {
    return { ...decision, details: strict(decision.details) as Stored };
  } catch (error) {
    if (!(error instanceof UnfitOutputsError)) throw error;
    return fitOperationDecision(failedDecision(`the outcome cannot be reported: ${error.message}`, 'configuration'));
  }
}

function strict(details: Details): FittedDetails {
  const unknown = Object.keys(details).find((member) => !MEMBERS.includes(member));
  if (unknown !== undefined) throw new UnfitOutputsError(`"${unknown}" is none of ${MEMBERS.join(', ')}`);
  const { outputs, resourceIdentifier } = details;
  return {
    ...(outputs === undefined || outputs === null ? {} : { outputs: fitOutputs(outputs) }),
    ...(resourceIdentifier === undefined || resourceIdentifier === null
      ? {}
      : { resourceIdentifier: fitIdentifier(resourceIdentifier) }),
  };
}

/** A failure must get through, so what does not fit is left out. */
function lenient(details: Details): FittedDetails {
  const parts = MEMBERS.map((member) => {
    try {
      return strict({ [member]: details[member] });
    } catch {
      return {};
    }
  });
  return Object.assign({}, ...parts);
}

/** What was fitted once, and is fitted again because a stored decision is, stays as it is. */
function fitOutputs(outputs: unknown): readonly RecordOutput[] {
  const isFitted = (output: unknown) => typeof (output as RecordOutput | null)?.OutputKey === 'string';
  if (Array.isArray(outputs) && outputs.every(isFitted)) return outputs as RecordOutput[];
  return toRecordOutputs(listOutputs(outputs));
}

function fitIdentifier(value: unknown): { key: string; value: string } {
  const { key, value: content } = (value ?? {}) as Details;
  if (!isTag(key, limits.tagKey) || !isTag(content, limits.tagValue)) {
    throw new UnfitOutputsError(
      `resourceIdentifier must be a tag: a key of 1 to ${limits.tagKey} and a value of 1 to ${limits.tagValue} letters, digits, spaces and _ . : / = + - @`,
    );
  }
  return { key, value: content };
}

function isTag(value: unknown, max: number): value is string {
  return typeof value === 'string' && [...value].length <= max && TAG.test(value);
}
