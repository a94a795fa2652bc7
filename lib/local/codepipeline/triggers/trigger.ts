/** The parts of triggers, in the form of the API, as GetPipeline shows them. */

/** Glob patterns of names; an exclusion wins over an inclusion. */
export interface FilterCriteria {
  readonly includes?: readonly string[];
  readonly excludes?: readonly string[];
}

/** What a push must be like. */
export interface PushFilter {
  readonly tags?: FilterCriteria;
  readonly branches?: FilterCriteria;
  readonly filePaths?: FilterCriteria;
}

/** What may happen to a pull request. */
export const PULL_REQUEST_EVENTS = ['OPEN', 'UPDATED', 'CLOSED'] as const;

/** One of {@link PULL_REQUEST_EVENTS}. */
export type PullRequestEvent = (typeof PULL_REQUEST_EVENTS)[number];

/** What a pull request must be like. */
export interface PullRequestFilter {
  /** @defaultValue every event */
  readonly events?: readonly PullRequestEvent[];
  /** The branch that the request is to be merged into. */
  readonly branches?: FilterCriteria;
  readonly filePaths?: FilterCriteria;
}

/** What starts a V2 pipeline, besides people and rules. */
export interface TriggerDeclaration {
  readonly providerType: string;
  readonly gitConfiguration: {
    readonly sourceActionName: string;
    readonly push?: readonly PushFilter[];
    readonly pullRequest?: readonly PullRequestFilter[];
  };
}
