import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Operation } from '../kernel/service.ts';
import type { ActionTypeRegistry } from './action-types.ts';
import { pipelineArn } from './arns.ts';
import { ruleExecutionDetail, ruleRuns } from './condition-view.ts';
import type { ActionExecution, PipelineExecution } from './execution.ts';
import { type PageRequest, page } from './page.ts';
import { executionOf, type PipelineRecord, type PipelineStore, pipelineShown } from './pipeline-store.ts';
import { pipelineState } from './state-view.ts';
import {
  actionExecutionDetail,
  artifactRevisions,
  epochSeconds,
  executionType,
  sourceRevisions,
} from './wire-shapes.ts';

interface ExecutionInput {
  readonly pipelineName: string;
  readonly pipelineExecutionId: string;
}

interface ListExecutionsInput extends PageRequest {
  readonly pipelineName: string;
  readonly filter?: { readonly succeededInStage?: { readonly stageName?: string } };
}

interface ListActionsInput extends PageRequest {
  readonly pipelineName: string;
  readonly filter?: {
    readonly pipelineExecutionId?: string;
    readonly latestInPipelineExecution?: {
      readonly pipelineExecutionId: string;
      readonly startTimeRange: 'Latest' | 'All';
    };
  };
}

/** What the reading operations read. */
export interface ReadParts {
  readonly kernel: Kernel;
  readonly pipelines: PipelineStore;
  readonly actionTypes: ActionTypeRegistry;
}

/** The operations that show pipelines and their executions. */
export function createReadOperations({ kernel, pipelines, actionTypes }: ReadParts): Record<string, Operation> {
  return {
    ListPipelines(input: PageRequest, request) {
      request.authorize('codepipeline:ListPipelines', pipelineArn(kernel, '*'));
      const { items, nextToken } = page(pipelines.list(), (record) => record.arn, input, 1000);
      return {
        pipelines: items.map(({ declaration: { name, version, pipelineType, executionMode }, created, updated }) => ({
          name,
          version,
          pipelineType,
          executionMode,
          created: epochSeconds(created),
          updated: epochSeconds(updated),
        })),
        ...(nextToken === undefined ? {} : { nextToken }),
      };
    },

    GetPipeline({ name, version }: { readonly name: string; readonly version?: number }, request) {
      request.authorize('codepipeline:GetPipeline', pipelineArn(kernel, name));
      const record = pipelines.get(name);
      const versions = [...(record.earlier ?? []), pipelineShown(record)];
      const pipeline = versions[(version ?? versions.length) - 1];
      if (pipeline === undefined) {
        const known = versions.length === 1 ? 'its only version is 1' : `its versions are 1 to ${versions.length}`;
        throw new AwsError(
          'PipelineVersionNotFoundException',
          `The pipeline '${name}' has no version ${version}: ${known}`,
        );
      }
      const { arn, created, updated } = record;
      const metadata = { pipelineArn: arn, created: epochSeconds(created), updated: epochSeconds(updated) };
      return { pipeline, metadata };
    },

    GetPipelineState({ name }: { readonly name: string }, request) {
      request.authorize('codepipeline:GetPipelineState', pipelineArn(kernel, name));
      return pipelineState(pipelines.get(name), actionTypes);
    },

    GetPipelineExecution({ pipelineName, pipelineExecutionId }: ExecutionInput, request) {
      request.authorize('codepipeline:GetPipelineExecution', pipelineArn(kernel, pipelineName));
      const execution = executionOf(pipelines.get(pipelineName), pipelineExecutionId);
      return {
        pipelineExecution: {
          pipelineName,
          pipelineVersion: execution.pipeline.version,
          ...executionHead(execution),
          artifactRevisions: artifactRevisions(execution),
          variables: Object.entries(execution.variables).map(([name, resolvedValue]) => ({ name, resolvedValue })),
        },
      };
    },

    ListPipelineExecutions({ pipelineName, filter, ...request }: ListExecutionsInput, { authorize }) {
      authorize('codepipeline:ListPipelineExecutions', pipelineArn(kernel, pipelineName));
      const stage = filter?.succeededInStage?.stageName;
      const executions = [...pipelines.get(pipelineName).executions]
        .reverse()
        .filter((execution) => stage === undefined || execution.stages.get(stage) === 'Succeeded');
      const { items, nextToken } = page(executions, (execution) => execution.id, request);
      return {
        pipelineExecutionSummaries: items.map((execution) => ({
          ...executionHead(execution),
          startTime: epochSeconds(execution.startTime),
          lastUpdateTime: epochSeconds(execution.lastUpdateTime),
          sourceRevisions: sourceRevisions(execution),
          ...(execution.stopReason === undefined ? {} : { stopTrigger: { reason: execution.stopReason } }),
        })),
        ...(nextToken === undefined ? {} : { nextToken }),
      };
    },

    ListActionExecutions({ pipelineName, filter = {}, ...request }: ListActionsInput, { authorize }) {
      authorize('codepipeline:ListActionExecutions', pipelineArn(kernel, pipelineName));
      const runs = actionRuns(pipelines.get(pipelineName), filter);
      const { items, nextToken } = page(runs, ({ run }) => run.actionExecutionId, request);
      return {
        actionExecutionDetails: items.map(({ execution, run }) => actionExecutionDetail(execution, run, actionTypes)),
        ...(nextToken === undefined ? {} : { nextToken }),
      };
    },

    ListRuleExecutions({ pipelineName, filter = {}, ...request }: ListActionsInput, { authorize }) {
      authorize('codepipeline:ListRuleExecutions', pipelineArn(kernel, pipelineName));
      const record = pipelines.get(pipelineName);
      const id = filter.latestInPipelineExecution?.pipelineExecutionId ?? filter.pipelineExecutionId;
      const executions = id === undefined ? record.executions : [executionOf(record, id)];
      const latestOnly = filter.latestInPipelineExecution?.startTimeRange === 'Latest';
      const runs = ruleRuns(executions, latestOnly);
      const { items, nextToken } = page(runs, ({ run }) => run.ruleExecutionId, request);
      return {
        ruleExecutionDetails: items.map(({ execution, run }) => ruleExecutionDetail(execution, run)),
        ...(nextToken === undefined ? {} : { nextToken }),
      };
    },
  };
}

function executionHead(execution: PipelineExecution): object {
  return {
    pipelineExecutionId: execution.id,
    status: execution.status,
    ...(execution.statusSummary === undefined ? {} : { statusSummary: execution.statusSummary }),
    trigger: execution.trigger,
    executionMode: execution.pipeline.executionMode,
    executionType: executionType(execution),
    ...(execution.rollbackTarget === undefined
      ? {}
      : { rollbackMetadata: { rollbackTargetPipelineExecutionId: execution.rollbackTarget } }),
  };
}

interface Run {
  readonly execution: PipelineExecution;
  readonly run: ActionExecution;
}

/** Newest first; with `Latest`, only the last run of each action. */
function actionRuns(record: PipelineRecord, filter: NonNullable<ListActionsInput['filter']>): readonly Run[] {
  const latest = filter.latestInPipelineExecution;
  const id = latest?.pipelineExecutionId ?? filter.pipelineExecutionId;
  const executions = id === undefined ? record.executions : [executionOf(record, id)];
  const runs = executions
    .flatMap((execution) => execution.actions.map((run) => ({ execution, run })))
    .reverse()
    .sort((left, right) => right.run.startTime - left.run.startTime);
  if (latest?.startTimeRange !== 'Latest') return runs;
  const seen = new Set<string>();
  return runs.filter(({ run }) => {
    const name = `${run.stageName}/${run.action.name}`;
    return seen.has(name) ? false : seen.add(name);
  });
}
