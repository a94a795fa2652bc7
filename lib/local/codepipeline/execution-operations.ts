import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Operation } from '../kernel/service.ts';
import type { Approvals } from './approvals.ts';
import { pipelineArn } from './arns.ts';
import { isEnded, type SourceRevisionOverride } from './execution.ts';
import type { ExecutionEngine } from './execution-engine.ts';
import type { ActionDeclaration } from './pipeline.ts';
import { actionOf, executionOf, type PipelineRecord, type PipelineStore, stageOf } from './pipeline-store.ts';
import { latestRun } from './state-view.ts';
import { CONNECTION_PROVIDER } from './triggers/match-trigger.ts';
import { epochSeconds } from './wire-shapes.ts';

interface StartInput {
  readonly name: string;
  readonly variables?: readonly { readonly name: string; readonly value: string }[];
  readonly sourceRevisions?: readonly SourceRevisionOverride[];
  readonly clientRequestToken?: string;
}

interface StopInput {
  readonly pipelineName: string;
  readonly pipelineExecutionId: string;
  readonly abandon?: boolean;
  readonly reason?: string;
}

interface ApprovalInput {
  readonly pipelineName: string;
  readonly stageName: string;
  readonly actionName: string;
  readonly token: string;
  readonly result: { readonly status: 'Approved' | 'Rejected'; readonly summary: string };
}

/** What the changing operations work with. */
export interface ExecutionParts {
  readonly kernel: Kernel;
  readonly pipelines: PipelineStore;
  readonly engine: ExecutionEngine;
  readonly approvals: Approvals;
}

/** The operations that start, stop and approve. */
export function createExecutionOperations(parts: ExecutionParts): Record<string, Operation> {
  const { kernel, pipelines, engine, approvals } = parts;
  const started = new Map<string, string>();

  return {
    StartPipelineExecution(input: StartInput, request) {
      request.authorize('codepipeline:StartPipelineExecution', pipelineArn(kernel, input.name));
      const record = pipelines.get(input.name);
      const token = input.clientRequestToken === undefined ? undefined : `${input.name} ${input.clientRequestToken}`;
      const known = token === undefined ? undefined : started.get(token);
      // A pipeline of the same name that has been deleted had executions of its own.
      if (record.executions.some(({ id }) => id === known)) return { pipelineExecutionId: known };
      for (const revision of input.sourceRevisions ?? []) checkRevision(record, revision);
      const execution = engine.start(record, {
        trigger: { triggerType: 'StartPipelineExecution', triggerDetail: request.principal.arn },
        variables: Object.fromEntries((input.variables ?? []).map(({ name, value }) => [name, value])),
        sourceRevisions: input.sourceRevisions ?? [],
      });
      if (token !== undefined) started.set(token, execution.id);
      return { pipelineExecutionId: execution.id };
    },

    StopPipelineExecution({ pipelineName, pipelineExecutionId, abandon = false, reason }: StopInput, request) {
      request.authorize('codepipeline:StopPipelineExecution', pipelineArn(kernel, pipelineName));
      const record = pipelines.get(pipelineName);
      const execution = executionOf(record, pipelineExecutionId);
      if (isEnded(execution)) {
        throw new AwsError(
          'PipelineExecutionNotStoppableException',
          `Execution ${execution.id} is ${execution.status}: only an execution in progress can be stopped`,
        );
      }
      if (execution.status === 'Stopping' && (!abandon || execution.abandon.signal.aborted)) {
        throw new AwsError('DuplicatedStopRequestException', `Execution ${execution.id} is stopping already`);
      }
      engine.stop(record, execution, abandon, reason);
      return { pipelineExecutionId };
    },

    PutApprovalResult({ pipelineName, stageName, actionName, token, result }: ApprovalInput, request) {
      request.authorize('codepipeline:PutApprovalResult', pipelineArn(kernel, pipelineName, stageName, actionName));
      const record = pipelines.get(pipelineName);
      actionOf(stageOf(record, stageName), actionName);
      approvals.decide(latestRun(record, stageName, actionName), token, {
        ...result,
        decidedBy: request.principal.arn,
      });
      return { approvedAt: epochSeconds(kernel.clock.now()) };
    },
  };
}

function checkRevision(record: PipelineRecord, revision: SourceRevisionOverride): void {
  const source = record.declaration.stages[0]?.actions.find((action) => action.name === revision.actionName);
  if (source === undefined) {
    throw new AwsError(
      'ValidationException',
      `pipeline ${record.declaration.name} has no source action ${revision.actionName}: name one of its first stage`,
    );
  }
  const types = revisionTypes(source);
  if (types === undefined || types.includes(revision.revisionType)) return;
  throw new AwsError(
    'ValidationException',
    `source action ${source.name} takes revisions of type ${types.join(' or ')}, but was given ${revision.revisionType}`,
  );
}

/** The types of revisions that a source takes; a stub of an unknown provider takes any. */
function revisionTypes({ actionTypeId: { provider }, configuration }: ActionDeclaration) {
  if (provider === CONNECTION_PROVIDER || provider === 'CodeCommit') return ['COMMIT_ID'];
  if (provider !== 'S3') return undefined;
  return configuration.AllowOverrideForS3ObjectKey === 'true'
    ? ['S3_OBJECT_VERSION_ID', 'S3_OBJECT_KEY']
    : ['S3_OBJECT_VERSION_ID'];
}
