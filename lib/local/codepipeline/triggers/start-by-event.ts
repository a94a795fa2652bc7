import type { ExecutionEngine } from '../execution-engine.ts';
import type { PipelineStore } from '../pipeline-store.ts';
import type { GitPullRequest, GitPush, StartedExecution } from './git-event.ts';
import { triggeredSource } from './match-trigger.ts';

/** Starts the pipelines whose triggers ask for an event of a repository. */
export function startByEvent(
  pipelines: PipelineStore,
  engine: ExecutionEngine,
  event: GitPush | GitPullRequest,
): readonly StartedExecution[] {
  return pipelines.list().flatMap((record) => {
    const source = triggeredSource(record.declaration, event);
    if (source === undefined) return [];
    const { id } = engine.start(record, {
      trigger: { triggerType: 'WebhookV2', triggerDetail: source.configuration.ConnectionArn ?? source.name },
      sourceVariables: { [source.name]: variablesOf(event) },
    });
    return [{ pipelineName: record.declaration.name, pipelineExecutionId: id }];
  });
}

/** What a source learns of the event: the branch that it reads, and the commit. */
function variablesOf(event: GitPush | GitPullRequest): Readonly<Record<string, string>> {
  const read = 'event' in event ? { branch: event.sourceBranch, tag: undefined } : event;
  return {
    ...(read.branch === undefined ? {} : { BranchName: read.branch }),
    ...(read.tag === undefined ? {} : { TagName: read.tag }),
    ...(event.commitId === undefined ? {} : { CommitId: event.commitId }),
    ...(event.commitMessage === undefined ? {} : { CommitMessage: event.commitMessage }),
  };
}
