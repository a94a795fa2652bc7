import type { ActionRun } from '../action-provider.ts';

/** The configuration that holds the name of the repository, by provider of a Git source. */
const REPOSITORY_KEYS: Readonly<Record<string, readonly [configuration: string, variable: string]>> = {
  CodeStarSourceConnection: ['FullRepositoryId', 'FullRepositoryName'],
  CodeCommit: ['RepositoryName', 'RepositoryName'],
  GitHub: ['Repo', 'RepositoryName'],
};

/**
 * The output variables that a Git source would give (user guide, action reference): of its configuration, of the event
 * or revision that the execution began with, and the rest made up. Empty for other sources.
 */
export function gitVariables(run: ActionRun, commitId: string, now: number): Readonly<Record<string, string>> {
  const { action } = run.actionExecution;
  const keys = REPOSITORY_KEYS[action.actionTypeId.provider];
  if (keys === undefined) return run.execution.sourceVariables[action.name] ?? {};
  const { configuration } = run;
  const date = new Date(now).toISOString();
  const wanted = run.execution.sourceRevisions.find(
    ({ actionName, revisionType }) => actionName === action.name && revisionType === 'COMMIT_ID',
  );
  return {
    BranchName: configuration.BranchName ?? configuration.Branch ?? 'main',
    [keys[1]]: configuration[keys[0]] ?? '',
    AuthorDate: date,
    CommitId: wanted?.revisionValue ?? commitId,
    CommitMessage: 'a stub of the local cloud',
    ...(configuration.ConnectionArn === undefined
      ? { CommitterDate: date }
      : { ConnectionArn: configuration.ConnectionArn }),
    ...run.execution.sourceVariables[action.name],
  };
}
