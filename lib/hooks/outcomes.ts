import { InvalidOptionError } from '../core/errors.ts';
import { describeValue } from '../core/option-kinds.ts';
import { type Failed, failWithin, type Succeeded, succeed as succeedWith } from '../core/outcome.ts';
import { SEEN_BY_ALL } from './fit-reason.ts';

/** How grave a finding is. */
export const severityLevels = ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;

/** What a rule came to. */
export const annotationStatuses = ['PASSED', 'FAILED', 'SKIPPED'] as const;

/**
 * What one rule found, by the names of AWS; `GetHookResult` gives it back, and `cdk deploy` shows those that failed.
 *
 * See https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Annotation.html
 */
export interface HookAnnotation {
  /** Which rule it is; at most 1,024 characters, and never altered. */
  readonly annotationName: string;
  readonly status: (typeof annotationStatuses)[number];
  /** What was found; shortened to 16,384 characters. */
  readonly statusMessage?: string;
  /** What to change; shortened to 16,384 characters. */
  readonly remediationMessage?: string;
  /** An address with more about it; at most 5,120 characters, and never altered. */
  readonly remediationLink?: string;
  readonly severityLevel?: (typeof severityLevels)[number];
}

/** What a hook may say beside its success. */
export interface HookSuccessDetails {
  /** Shortened to what the operation takes: 4,096 characters in stacks, 1,024 in Cloud Control. */
  readonly message?: string;
  readonly annotations?: readonly HookAnnotation[];
}

/** What a hook may say beside the reason of its failure. */
export interface HookFailureDetails {
  /** `NonCompliant`: it was looked at and is against the rules. `InternalFailure`: it could not be looked at. @defaultValue 'NonCompliant' */
  readonly errorCode?: 'NonCompliant' | 'InternalFailure';
  readonly annotations?: readonly HookAnnotation[];
}

/** The operation complies. */
export function succeed(details?: HookSuccessDetails): Succeeded<HookSuccessDetails> {
  return succeedWith(details);
}

/**
 * The operation does not comply. `reason` goes to whoever began it; its first 400 characters carry it, since no more are
 * shown by `cdk deploy`.
 */
export function fail(reason: string | Error, details?: HookFailureDetails): Failed<HookFailureDetails> {
  return failWithin(['errorCode', 'annotations'], reason, details);
}

/**
 * What findings come to: a failure that tells the gravest first, each with its remediation, and how many more there are
 * than everybody sees; where none has failed a success with all of them.
 *
 * @throws InvalidOptionError for an annotation without a status that there is: it could be one that failed
 */
export function verdict(
  annotations: readonly HookAnnotation[],
): Succeeded<HookSuccessDetails> | Failed<HookFailureDetails> {
  if (!Array.isArray(annotations)) {
    throw new InvalidOptionError(`verdict takes a list of annotations, but got ${describeValue(annotations)}`);
  }
  const wrong = annotations.findIndex((annotation) => !annotationStatuses.includes(annotation?.status));
  if (wrong >= 0) {
    const { status } = (annotations[wrong] ?? {}) as Partial<HookAnnotation>;
    throw new InvalidOptionError(
      `the status of annotation ${wrong + 1} must be ${annotationStatuses.join(', ')}, but is ${describeValue(status)}`,
    );
  }
  const failed = gravestFirst(annotations).filter(({ status }) => status === 'FAILED');
  if (failed.length === 0) return succeed({ annotations });
  return fail(summaryOf(failed.map(findingText)), { annotations });
}

function findingText({ annotationName, statusMessage = 'failed', remediationMessage }: HookAnnotation): string {
  return `${annotationName}: ${statusMessage}${remediationMessage === undefined ? '' : `; ${remediationMessage}`}`;
}

/** As many findings as are seen; the first one whatever its length. */
function summaryOf([first = '', ...others]: readonly string[]): string {
  let summary = first;
  for (const [index, finding] of others.entries()) {
    const left = others.length - index;
    const more = `. And ${left} more`;
    const longer = `${summary}. ${finding}`;
    if (longer.length + (left > 1 ? more.length : 0) > SEEN_BY_ALL) return summary + more;
    summary = longer;
  }
  return summary;
}

/** Annotations in the order in which they matter: failed ones first, of these the gravest. */
export function gravestFirst<Annotation extends Pick<HookAnnotation, 'status' | 'severityLevel'>>(
  annotations: readonly Annotation[],
): readonly Annotation[] {
  const weight = ({ status, severityLevel }: Annotation) =>
    status === 'FAILED' ? 1 + severityLevels.indexOf(severityLevel ?? 'MEDIUM') : 0;
  return [...annotations].sort((one, other) => weight(other) - weight(one));
}
