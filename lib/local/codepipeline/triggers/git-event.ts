import type { PullRequestEvent } from './trigger.ts';

/** What a push and a pull request have in common. */
export interface GitChange {
  /** Such as `owner/name`; without it every repository is meant. */
  readonly repository?: string;
  /** The paths of the files that the change touches. @defaultValue none is known: filters on paths then fit nothing */
  readonly filePaths?: readonly string[];
  readonly commitId?: string;
  readonly commitMessage?: string;
}

/** Commits, or a tag, that are pushed to a repository. */
export type GitPush = GitChange &
  ({ readonly branch: string; readonly tag?: never } | { readonly tag: string; readonly branch?: never });

/** What happens to a pull request. */
export interface GitPullRequest extends GitChange {
  readonly event: PullRequestEvent;
  /** The branch that the request is to be merged into, which filters look at. */
  readonly branch: string;
  /** The branch that the change is on, which the source reads. */
  readonly sourceBranch: string;
}

/** An execution that an event has started. */
export interface StartedExecution {
  readonly pipelineName: string;
  readonly pipelineExecutionId: string;
}
