import { fitText } from '../core/secrets/fit-text.ts';
import type { Redact } from '../core/secrets/redactor.ts';
import { isObject, memberNames } from './members.ts';
import { annotationStatuses, gravestFirst, type HookAnnotation, severityLevels } from './outcomes.ts';

/**
 * The longest members, in characters.
 *
 * See https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Annotation.html
 */
const LONGEST = { annotationName: 1_024, statusMessage: 16_384, remediationMessage: 16_384, remediationLink: 5_120 };
/** What all together may take as JSON, in bytes: a function's response holds 6 MB (Lambda quotas). */
const MOST_BYTES = 5_000_000;

/** Annotations as they can be sent, and why some cannot be sent as they were given. */
export interface FittedAnnotations {
  readonly annotations: readonly HookAnnotation[];
  readonly problems: readonly string[];
}

/** Redacts and fits annotations, the gravest first. A member that cannot be sent is left out, and is a problem. */
export function fitAnnotations(given: unknown, redact: Redact): FittedAnnotations {
  if (given === undefined || given === null) return { annotations: [], problems: [] };
  if (!Array.isArray(given))
    return { annotations: [], problems: [`annotations must be a list, but are ${memberNames(given)}`] };
  const problems: string[] = [];
  const annotations = given.flatMap((annotation: unknown, index) => {
    const problem = (what: string) => void problems.push(`annotation ${index + 1}: ${what}`);
    if (isObject(annotation)) return [fitAnnotation(annotation, redact, problem)];
    problem(`must be an object, but is ${memberNames(annotation)}`);
    return [];
  });
  return { annotations: withinSize(gravestFirst(annotations), problems), problems };
}

function fitAnnotation(
  given: Readonly<Record<string, unknown>>,
  redact: Redact,
  problem: (what: string) => void,
): HookAnnotation {
  const name = unaltered('annotationName', given, redact, problem);
  if (name === undefined && given.annotationName === undefined) problem('annotationName is missing');
  const status = oneOf('status', given, annotationStatuses, redact, problem);
  if (status === undefined && given.status === undefined) problem('status is missing');
  const link = unaltered('remediationLink', given, redact, problem);
  const severityLevel = oneOf('severityLevel', given, severityLevels, redact, problem);
  return {
    annotationName: name ?? 'unnamed',
    status: status ?? 'FAILED',
    ...fittedText('statusMessage', given, redact),
    ...fittedText('remediationMessage', given, redact),
    ...(link === undefined ? {} : { remediationLink: link }),
    ...(severityLevel === undefined ? {} : { severityLevel }),
  };
}

/** A name or an address: what is not sent as it is, is not sent. */
function unaltered(
  member: 'annotationName' | 'remediationLink',
  given: Readonly<Record<string, unknown>>,
  redact: Redact,
  problem: (what: string) => void,
): string | undefined {
  const value = given[member];
  if (value === undefined || value === null) return undefined;
  const max = LONGEST[member];
  if (typeof value !== 'string' || value === '' || value.length > max) {
    problem(`${member} must be a text of 1 to ${max} characters`);
    return undefined;
  }
  if (fitText(redact(value), { max, keep: 'start', ifEmpty: '' }) === value) return value;
  problem(`${member} holds a secret, a control character, or a blank at one of its ends`);
  return undefined;
}

function oneOf<Value extends string>(
  member: string,
  given: Readonly<Record<string, unknown>>,
  values: readonly Value[],
  redact: Redact,
  problem: (what: string) => void,
): Value | undefined {
  const value = given[member];
  if (value === undefined || value === null) return undefined;
  const known = values.find((one) => one === value);
  if (known === undefined) {
    // Redacted before it is cut: a part of a secret is not recognised.
    const shown = redact(JSON.stringify(value) ?? typeof value).slice(0, 100);
    problem(`${member} must be one of ${values.join(', ')}, but is ${shown}`);
  }
  return known;
}

function fittedText(
  member: 'statusMessage' | 'remediationMessage',
  given: Readonly<Record<string, unknown>>,
  redact: Redact,
) {
  const value = given[member];
  if (value === undefined || value === null || value === '') return {};
  return { [member]: fitText(redact(String(value)), { max: LONGEST[member], keep: 'start', ifEmpty: '-' }) };
}

/** As many as a response holds; a last one says how many do not go along. */
function withinSize(annotations: readonly HookAnnotation[], problems: string[]): readonly HookAnnotation[] {
  let bytes = 0;
  const many = annotations.findIndex((annotation) => {
    bytes += Buffer.byteLength(JSON.stringify(annotation));
    return bytes > MOST_BYTES;
  });
  if (many < 0) return annotations;
  const statusMessage = `${annotations.length - many} more annotations are left out: a response holds ${MOST_BYTES} bytes of them`;
  problems.push(statusMessage);
  return [...annotations.slice(0, many), { annotationName: 'left-out', status: 'SKIPPED', statusMessage }];
}
