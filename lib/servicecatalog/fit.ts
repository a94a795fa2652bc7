import { type Decision, type Details, type End, failedEnd, fitted } from '../core/decision.ts';
import { fitText } from '../core/secrets/fit-text.ts';
import { createRedactor, type Redact } from '../core/secrets/redactor.ts';
import { listOutputs, type RecordOutput, toRecordOutputs, UnfitOutputsError } from './outputs.ts';
import { sensitiveTexts } from './sensitive.ts';

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

const MEMBERS = ['outputs', 'resourceIdentifier'];
/** What a tag may be made of. */
const TAG = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u;

/** Redacts and fits the end of an operation into the members and limits of the Notify APIs. Identifiers stay as they are. */
export function fitOperation(end: End, redactKnown: Redact): Decision {
  const redact = withSensitive(end.details, redactKnown);
  if (end.kind === 'failed') {
    const limit = {
      max: limits.failureReason,
      keep: 'end',
      ifEmpty: 'failed without a reason',
      astral: false,
    } as const;
    return fitted({ ...end, reason: fitText(redact(end.reason), limit), details: lenient(end.details, redact) });
  }
  try {
    return fitted({ ...end, details: strict(end.details, redact) });
  } catch (error) {
    if (!(error instanceof UnfitOutputsError)) throw error;
    return fitOperation(failedEnd(`the outcome cannot be reported: ${error.message}`, 'configuration'), redact);
  }
}

/** Withholds sensitive outputs from all other texts, also where `complete` brings them in a process that ran no logic. */
function withSensitive({ outputs }: Details, redact: Redact): Redact {
  const secrets = sensitiveTexts(outputs);
  if (secrets.length === 0) return redact;
  const own = createRedactor();
  own.scope().declare(...secrets);
  return (text) => own.redact(redact(text));
}

function strict(details: Details, redact: Redact): Details {
  const unknown = Object.keys(details).find((member) => !MEMBERS.includes(member));
  if (unknown !== undefined) throw new UnfitOutputsError(`"${unknown}" is none of ${MEMBERS.join(', ')}`);
  const { outputs, resourceIdentifier } = details;
  return {
    ...(outputs === undefined || outputs === null ? {} : { outputs: toRecordOutputs(listOutputs(outputs), redact) }),
    ...(resourceIdentifier === undefined || resourceIdentifier === null
      ? {}
      : { resourceIdentifier: fitIdentifier(resourceIdentifier) }),
  };
}

/** A failure must get through, so what does not fit is left out. */
function lenient(details: Details, redact: Redact): Details {
  const parts = MEMBERS.map((member) => {
    try {
      return strict({ [member]: details[member] }, redact);
    } catch {
      return {};
    }
  });
  return Object.assign({}, ...parts);
}

function fitIdentifier(value: unknown): { key: string; value: string } {
  const { key, value: content } = (value ?? {}) as Readonly<Record<string, unknown>>;
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
