import { type Failed, failWithin, type Succeeded, succeed as succeedWith } from '../core/outcome.ts';

/** What the console shows beside an action's success. */
export interface JobSuccessDetails {
  /**
   * Output variables for later actions, `#{namespace.Name}`. Names: letters, digits, `@`, `-`, `_`. Values that are
   * no text become JSON text. All together at most 122,880 bytes.
   */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** What happened, in a few words; shortened to 2,048 characters. */
  readonly summary?: string;
  /** The id of the run in the system that did the work, at most 1,500 characters; fills `{ExternalExecutionId}` in URLs. */
  readonly externalExecutionId?: string;
  /** How much of the work is done, 0 to 100. */
  readonly percentComplete?: number;
  /** The revision that a source action found. */
  readonly currentRevision?: CurrentRevision;
}

/** A revision that the job worked on. */
export interface CurrentRevision {
  /** 1 to 1,500 characters. */
  readonly revision: string;
  /** 1 to 100 characters. */
  readonly changeIdentifier: string;
  readonly created?: Date | string | number;
  /** Shortened to 2,048 characters. */
  readonly revisionSummary?: string;
}

/** What can go along with `continueAfter`: the same without variables, which CodePipeline takes at the end only. */
export type JobProgressDetails = Omit<JobSuccessDetails, 'variables'>;

/** CodePipeline's kinds of failure. */
export const failureTypes = [
  'JobFailed',
  'ConfigurationError',
  'PermissionError',
  'RevisionOutOfSync',
  'RevisionUnavailable',
  'SystemUnavailable',
] as const;

/** One of {@link failureTypes}. */
export type FailureType = (typeof failureTypes)[number];

/** What can go along with a failure. */
export interface JobFailureDetails {
  /** @defaultValue 'JobFailed' */
  readonly type?: FailureType;
  /** At most 1,500 characters. */
  readonly externalExecutionId?: string;
}

/** What goes along with the success of a third-party job: CodePipeline takes no output variables from it. */
export type ThirdPartyJobSuccessDetails = JobProgressDetails & { readonly variables?: never };

/** The job is done. */
export function succeed(details?: ThirdPartyJobSuccessDetails): Succeeded<JobProgressDetails>;
/** The job is done, and leaves output variables. */
export function succeed(details?: JobSuccessDetails): Succeeded<JobSuccessDetails>;
export function succeed(details?: JobSuccessDetails): Succeeded<JobSuccessDetails> {
  return succeedWith(details);
}

/** The job cannot be done. `reason` is what the console shows, its last 5,000 characters. */
export function fail(reason: string | Error, details?: JobFailureDetails): Failed<JobFailureDetails> {
  return failWithin(['type', 'externalExecutionId'], reason, details);
}
