import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Operation } from '../kernel/service.ts';
import type { Approvals } from './approvals.ts';
import { pipelineArn } from './arns.ts';
import { isEnded, type SourceRevisionOverride } from './execution.ts';
import type { ExecutionEngine, RetryMode } from './execution-engine.ts';
import { actionOf, executionOf, type PipelineRecord, type PipelineStore, stageOf } from './pipeline-store.ts';
import { latestRun } from './state-view.ts';
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

interface RetryInput {
  readonly pipelineName: string;
  readonly pipelineExecutionId: string;
  readonly stageName: string;
  readonly retryMode: RetryMode;
}

interface ApprovalInput {
  readonly pipelineName: string;
  readonly stageName: string;
  readonly actionName: string;
  readonly token: string;
  readonly result: { readonly status: 'Approved' | 'Rejected'; readonly summary: string };
}

interface TransitionInput {
  readonly pipelineName: string;
  readonly stageName: string;
  readonly transitionType: 'Inbound' | 'Outbound';
  readonly reason?: string;
}

/** What the changing operations work with. */
export interface ExecutionParts {
  readonly kernel: Kernel;
  readonly pipelines: PipelineStore;
  readonly engine: ExecutionEngine;
  readonly approvals: Approvals;
}

/** The operations that start, stop, retry and approve. */
export function createExecutionOperations(parts: ExecutionParts): Record<string, Operation> {
  const { kernel, pipelines, engine, approvals } = parts;
  const started = new Map<string, string>();

  function setTransition(input: TransitionInput, enabled: boolean, changedBy: string): object {
    const record = pipelines.get(input.pipelineName);
    const stage = transitionTarget(record, input);
    record.gates.setTransition(stage, {
      enabled,
      lastChangedBy: changedBy,
      lastChangedAt: kernel.clock.now(),
      ...(enabled || input.reason === undefined ? {} : { disabledReason: input.reason }),
    });
    return {};
  }

  return {
    StartPipelineExecution(input: StartInput, request) {
      request.authorize('codepipeline:StartPipelineExecution', pipelineArn(kernel, input.name));
      const record = pipelines.get(input.name);
      const token = input.clientRequestToken === undefined ? undefined : `${input.name} ${input.clientRequestToken}`;
      const known = token === undefined ? undefined : started.get(token);
      if (known !== undefined) return { pipelineExecutionId: known };
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

    RetryStageExecution({ pipelineName, stageName, pipelineExecutionId, retryMode }: RetryInput, request) {
      request.authorize('codepipeline:RetryStageExecution', pipelineArn(kernel, pipelineName, stageName));
      const record = pipelines.get(pipelineName);
      const stage = stageOf(record, stageName);
      const execution = executionOf(record, pipelineExecutionId);
      const status = execution.stages.get(stageName);
      if (!isEnded(execution) || (status !== 'Failed' && status !== 'Stopped')) {
        throw new AwsError(
          'StageNotRetryableException',
          `Stage ${stageName} of execution ${execution.id} is ${status ?? 'not entered'}: only a failed or stopped stage can be retried`,
        );
      }
      if (record.gates.latest(stageName) !== execution) {
        throw new AwsError(
          'NotLatestPipelineExecutionException',
          `A later execution than ${execution.id} has entered stage ${stageName}`,
        );
      }
      engine.retry(record, execution, stage, retryMode);
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

    EnableStageTransition(input: TransitionInput, { authorize, principal }) {
      authorize('codepipeline:EnableStageTransition', pipelineArn(kernel, input.pipelineName, input.stageName));
      return setTransition(input, true, principal.arn);
    },

    DisableStageTransition(input: TransitionInput, { authorize, principal }) {
      authorize('codepipeline:DisableStageTransition', pipelineArn(kernel, input.pipelineName, input.stageName));
      return setTransition(input, false, principal.arn);
    },
  };
}

/** The outbound transition of a stage is the inbound one of the next. */
function transitionTarget(record: PipelineRecord, { stageName, transitionType }: TransitionInput): string {
  const { stages } = record.declaration;
  const index = stages.indexOf(stageOf(record, stageName)) + (transitionType === 'Outbound' ? 1 : 0);
  const target = stages[index];
  if (target !== undefined && index > 0) return target.name;
  throw new AwsError('ValidationException', `stage ${stageName} has no ${transitionType} transition`);
}

function checkRevision(record: PipelineRecord, revision: SourceRevisionOverride): void {
  const source = record.declaration.stages[0]?.actions.find((action) => action.name === revision.actionName);
  if (source === undefined) {
    throw new AwsError(
      'ValidationException',
      `pipeline ${record.declaration.name} has no source action ${revision.actionName}: name one of its first stage`,
    );
  }
  const types =
    source.configuration.AllowOverrideForS3ObjectKey === 'true'
      ? ['S3_OBJECT_VERSION_ID', 'S3_OBJECT_KEY']
      : ['S3_OBJECT_VERSION_ID'];
  if (source.actionTypeId.provider !== 'S3' || types.includes(revision.revisionType)) return;
  throw new AwsError(
    'ValidationException',
    `source action ${source.name} takes revisions of type ${types.join(' or ')}, but was given ${revision.revisionType}`,
  );
}
