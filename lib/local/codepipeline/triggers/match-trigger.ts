import type { ActionDeclaration, PipelineDeclaration } from '../pipeline.ts';
import type { GitPullRequest, GitPush } from './git-event.ts';
import { gitGlob } from './git-glob.ts';
import type { FilterCriteria, PullRequestFilter, PushFilter } from './trigger.ts';

/** The provider of sources that triggers know. */
export const CONNECTION_PROVIDER = 'CodeStarSourceConnection';

/** The source action whose change starts the pipeline, if the event is one that its triggers ask for. */
export function triggeredSource(
  pipeline: PipelineDeclaration,
  event: GitPush | GitPullRequest,
): ActionDeclaration | undefined {
  return pipeline.stages[0]?.actions.find(
    (action) =>
      action.actionTypeId.provider === CONNECTION_PROVIDER &&
      (event.repository === undefined || event.repository === action.configuration.FullRepositoryId) &&
      starts(pipeline, action, event),
  );
}

function starts(pipeline: PipelineDeclaration, source: ActionDeclaration, event: GitPush | GitPullRequest): boolean {
  const triggers = pipeline.triggers.filter(({ gitConfiguration: git }) => git.sourceActionName === source.name);
  const onBranch = !('event' in event) && event.branch === source.configuration.BranchName;
  // Without a trigger the source follows its branch unless it is told not to.
  if (triggers.length === 0) return onBranch && source.configuration.DetectChanges !== 'false';
  return triggers.some(({ gitConfiguration: { push, pullRequest } }) => {
    if (push === undefined && pullRequest === undefined) return onBranch;
    return 'event' in event
      ? pullRequest?.some((filter) => fitsPullRequest(filter, event)) === true
      : push?.some((filter) => fitsPush(filter, event)) === true;
  });
}

function fitsPush(filter: PushFilter, { branch, tag, filePaths }: GitPush): boolean {
  if (tag !== undefined) return filter.tags !== undefined && isIn(filter.tags, tag);
  if (filter.tags !== undefined && filter.branches === undefined && filter.filePaths === undefined) return false;
  return (filter.branches === undefined || isIn(filter.branches, branch)) && touches(filter.filePaths, filePaths);
}

function fitsPullRequest(filter: PullRequestFilter, { event, branch, filePaths }: GitPullRequest): boolean {
  if (filter.events !== undefined && !filter.events.includes(event)) return false;
  return (filter.branches === undefined || isIn(filter.branches, branch)) && touches(filter.filePaths, filePaths);
}

/** One path that is asked for is enough. */
function touches(criteria: FilterCriteria | undefined, paths: readonly string[] = []): boolean {
  return criteria === undefined || paths.some((path) => isIn(criteria, path));
}

/** An exclusion wins; without inclusions everything else is in. */
function isIn({ includes, excludes = [] }: FilterCriteria, name: string): boolean {
  if (excludes.some((pattern) => gitGlob(pattern).test(name))) return false;
  return includes === undefined || includes.some((pattern) => gitGlob(pattern).test(name));
}
