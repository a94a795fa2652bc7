import type { Kernel, Principal } from '../kernel/kernel.ts';
import type { EventBusPort, FunctionPort, ObjectPort } from '../kernel/ports.ts';
import type { LocalService } from '../kernel/service.ts';
import model from '../models/codepipeline.json' with { type: 'json' };
import type { ActionProviders } from './action-provider.ts';
import { createActionRunner } from './action-runner.ts';
import { createActionTypeOperations } from './action-type-operations.ts';
import { type ActionTypeRegistry, createActionTypeRegistry } from './action-types.ts';
import { createApprovals } from './approvals.ts';
import { isEnded } from './execution.ts';
import { createExecutionEngine } from './execution-engine.ts';
import { createExecutionOperations } from './execution-operations.ts';
import { type ExecutionResult, executionResult } from './execution-result.ts';
import { createJobOperations } from './job-operations.ts';
import { createJobStore } from './jobs.ts';
import { describeActionType } from './pipeline.ts';
import { createPipelineStore, executionOf, type PipelineStore } from './pipeline-store.ts';
import { createCustomAction } from './providers/custom-action.ts';
import { createLambdaInvoke } from './providers/lambda-invoke.ts';
import { createManualApproval } from './providers/manual-approval.ts';
import { createS3Source } from './providers/s3-source.ts';
import { createThirdPartyAction } from './providers/third-party-action.ts';
import { createReadOperations } from './read-operations.ts';
import { createResources } from './resources.ts';
import { watchSources } from './source-trigger.ts';
import { createStateNotices } from './state-notices.ts';
import { createThirdPartyOperations } from './third-party-operations.ts';
import { createThirdPartyTypes, type ThirdPartyTypes } from './third-party-types.ts';

/** What CodePipeline reaches of the other services. */
export interface CodePipelineOptions {
  readonly functions: FunctionPort;
  readonly objects: ObjectPort;
  /** Where state changes go. Without it only the local cloud's own watchers learn of them. */
  readonly bus?: EventBusPort;
  /** Further providers by `Owner/Category/Provider`, such as `AWS/Build/CodeBuild`; they win over the built-in ones. */
  readonly actionProviders?: ActionProviders;
}

/** CodePipeline, and the ways to follow it inside the process. */
export interface CodePipelineService extends LocalService {
  /** Resolves when the execution has ended. @throws AwsError when the pipeline or execution does not exist */
  waitForExecution(pipelineName: string, pipelineExecutionId: string): Promise<ExecutionResult>;
  /**
   * Starts an execution for a rule of EventBridge.
   *
   * @throws AwsError when the pipeline does not exist, or the rule's role may not start it
   */
  startByRule(pipelineArn: string, rule: { readonly principal: Principal; readonly ruleArn: string }): void;
  /** The action types of partners, which no request can create. */
  readonly thirdPartyTypes: ThirdPartyTypes;
  /** The ids of a pipeline's executions, oldest first. @throws AwsError PipelineNotFoundException */
  executionIds(pipelineName: string): readonly string[];
}

/** Creates CodePipeline (JSON 1.1): it runs pipelines, invokes functions with jobs and takes their answers. */
export function createCodePipeline(kernel: Kernel, options: CodePipelineOptions): CodePipelineService {
  const { functions, objects } = options;
  const pipelines = createPipelineStore();
  const actionTypes = createActionTypeRegistry();
  const thirdPartyTypes = createThirdPartyTypes(actionTypes, () => kernel.uuid());
  const approvals = createApprovals();
  const jobs = createJobStore({ clock: kernel.clock, uuid: () => kernel.uuid() });
  const notices = createStateNotices(kernel, options.bus);
  const providers: ActionProviders = {
    'AWS/Source/S3': createS3Source(kernel, objects),
    'AWS/Invoke/Lambda': createLambdaInvoke({ kernel, jobs, functions }),
    'AWS/Approval/Manual': createManualApproval(kernel, approvals),
    Custom: createCustomAction({ kernel, jobs, actionTypes }),
    ThirdParty: createThirdPartyAction({ kernel, jobs, functions, thirdPartyTypes }),
    ...options.actionProviders,
  };
  const runAction = createActionRunner({ kernel, objects, actionTypes, providers, notices });
  const engine = createExecutionEngine({ kernel, notices, runAction });
  let unwatch: (() => void) | undefined;

  return {
    name: 'codepipeline',
    json: {
      targetPrefix: 'CodePipeline_20150709',
      jsonVersion: '1.1',
      model,
      operations: {
        ...createExecutionOperations({ kernel, pipelines, engine, approvals }),
        ...createReadOperations({ kernel, pipelines, actionTypes }),
        ...createJobOperations({ kernel, jobs, actionTypes }),
        ...createThirdPartyOperations({ kernel, jobs, thirdPartyTypes }),
        ...createActionTypeOperations(kernel, actionTypes, thirdPartyTypes),
      },
    },
    thirdPartyTypes,
    resources: createResources({ kernel, pipelines, actionTypes, onSuperseded: engine.supersede }),
    start() {
      reportMissingTypes(kernel, pipelines, actionTypes);
      unwatch ??= watchSources(kernel, pipelines, engine);
    },
    stop() {
      unwatch?.();
      unwatch = undefined;
      for (const record of pipelines.list()) {
        for (const execution of record.executions) {
          if (!isEnded(execution)) engine.stop(record, execution, true, 'the local cloud stops');
        }
      }
    },
    async waitForExecution(pipelineName, pipelineExecutionId) {
      const execution = executionOf(pipelines.get(pipelineName), pipelineExecutionId);
      await engine.ended(execution);
      return executionResult(execution);
    },
    startByRule(pipelineArn, { principal, ruleArn }) {
      kernel.identity.authorize(principal, 'codepipeline:StartPipelineExecution', pipelineArn);
      const record = pipelines.get(pipelineArn.split(':').at(-1) ?? '');
      engine.start(record, { trigger: { triggerType: 'CloudWatchEvent', triggerDetail: ruleArn } });
    },
    executionIds: (pipelineName) => pipelines.get(pipelineName).executions.map((execution) => execution.id),
  };
}

/** Custom action types may come later than the pipelines that use them, but once all resources exist they must be there. */
function reportMissingTypes(kernel: Kernel, pipelines: PipelineStore, actionTypes: ActionTypeRegistry): void {
  for (const { declaration } of pipelines.list()) {
    for (const action of declaration.stages.flatMap((stage) => stage.actions)) {
      if (action.actionTypeId.owner !== 'Custom' || actionTypes.find(action.actionTypeId) !== undefined) continue;
      kernel.events.emit('notice', {
        message: `action ${action.name} of pipeline ${declaration.name} will fail: ${describeActionType(action.actionTypeId)} is not available`,
      });
    }
  }
}
