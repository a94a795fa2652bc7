import type { Kernel, Principal } from '../kernel/kernel.ts';
import type { EventBusPort, FunctionPort, ObjectPort } from '../kernel/ports.ts';
import type { LocalService } from '../kernel/service.ts';
import model from '../models/codepipeline.json' with { type: 'json' };
import type { ActionProviders } from './action-provider.ts';
import { createActionRunner } from './action-runner.ts';
import { createActionTypeOperations } from './action-type-operations.ts';
import { createActionTypeRegistry } from './action-types.ts';
import { createApprovals } from './approvals.ts';
import { createConditionJudge } from './conditions/judge-condition.ts';
import { createRuleRunner } from './conditions/rule-runner.ts';
import { variableCheck } from './conditions/variable-check.ts';
import { isEnded } from './execution.ts';
import { createExecutionEngine } from './execution-engine.ts';
import { createExecutionOperations } from './execution-operations.ts';
import { type ExecutionResult, executionResult } from './execution-result.ts';
import { createJobOperations } from './job-operations.ts';
import { createJobStore } from './jobs.ts';
import { createPipelineOperations } from './pipeline-operations.ts';
import { createPipelineStore, executionOf } from './pipeline-store.ts';
import { createCustomAction } from './providers/custom-action.ts';
import { createLambdaInvoke } from './providers/lambda-invoke.ts';
import { createManualApproval } from './providers/manual-approval.ts';
import { createS3Source } from './providers/s3-source.ts';
import { createThirdPartyAction } from './providers/third-party-action.ts';
import { createReadOperations } from './read-operations.ts';
import { reportMissingTypes, reportUnmatched, reportUnsimulated } from './report-missing.ts';
import { createResources } from './resources.ts';
import { watchSources } from './source-trigger.ts';
import { createStageOperations } from './stage-operations.ts';
import { createStageRunner } from './stage-runner.ts';
import { createStateNotices } from './state-notices.ts';
import { stubProvider } from './stubs/run-stub.ts';
import type { Stub, StubTarget } from './stubs/stub.ts';
import { createStubStore, type StubStore } from './stubs/stub-store.ts';
import { stubTargets } from './stubs/stub-targets.ts';
import { createTagOperations, type TagStore } from './tag-operations.ts';
import { createThirdPartyOperations } from './third-party-operations.ts';
import { createThirdPartyTypes, type ThirdPartyTypes } from './third-party-types.ts';
import type { GitPullRequest, GitPush, StartedExecution } from './triggers/git-event.ts';
import { startByEvent } from './triggers/start-by-event.ts';

/** What CodePipeline reaches of the other services. */
export interface CodePipelineOptions {
  readonly functions: FunctionPort;
  readonly objects: ObjectPort;
  /** Where state changes go. Without it only the local cloud's own watchers learn of them. */
  readonly bus?: EventBusPort;
  /** Further providers by `Owner/Category/Provider`, such as `AWS/Build/CodeBuild`; they win over the built-in ones. */
  readonly actionProviders?: ActionProviders;
  /** What stands for actions and rules that are not to run. @defaultValue none */
  readonly stubs?: readonly (Stub | string)[];
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
  /** What stands for actions and rules that are not to run. */
  readonly stubs: Pick<StubStore, 'add'> & {
    /** The selectors of stubs that fit no action of any pipeline. */
    unmatched(): readonly string[];
    /** Every action and rule of every pipeline. */
    targets(): readonly StubTarget[];
  };
  /** The types of actions and rules that run here, such as `AWS/Invoke/Lambda`; for every other a stub may stand. */
  readonly simulatedTypes: readonly string[];
  /** Starts the pipelines that a push starts: by their triggers, or because a source follows the branch. */
  push(event: GitPush): readonly StartedExecution[];
  /** Starts the pipelines whose triggers ask for such a pull request. */
  pullRequest(event: GitPullRequest): readonly StartedExecution[];
  /** The ids of a pipeline's executions, oldest first. @throws AwsError PipelineNotFoundException */
  executionIds(pipelineName: string): readonly string[];
}

/** Creates CodePipeline (JSON 1.1): it runs pipelines, invokes functions with jobs and takes their answers. */
export function createCodePipeline(kernel: Kernel, options: CodePipelineOptions): CodePipelineService {
  const { functions, objects } = options;
  const pipelines = createPipelineStore();
  const actionTypes = createActionTypeRegistry();
  const tags: TagStore = new Map();
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
  // What AWS sends to the function of a rule is not documented: it is taken to be an action's job.
  const ruleProviders: ActionProviders = {
    'AWS/Rule/LambdaInvoke': createLambdaInvoke({ kernel, jobs, functions }),
    'AWS/Rule/VariableCheck': variableCheck,
  };
  const stubs = createStubStore(kernel.events, (stub) => stubProvider({ kernel, objects }, stub));
  for (const stub of options.stubs ?? []) stubs.add(stub);
  const runAction = createActionRunner({ kernel, objects, actionTypes, providers, stubs, notices });
  const runRule = createRuleRunner({ kernel, stubs, providers: ruleProviders });
  const judge = createConditionJudge({ kernel, notices, runRule });
  const runStage = createStageRunner({ kernel, notices, runAction, judge });
  const engine = createExecutionEngine({ kernel, notices, runStage });
  const targets = () => pipelines.list().flatMap(({ declaration }) => stubTargets(declaration));
  let unwatch: (() => void) | undefined;

  /** Says what of the pipelines will not run, and follows their sources. */
  function watch(): void {
    reportMissingTypes(kernel, pipelines, actionTypes);
    reportUnsimulated(
      kernel,
      targets().filter((target) => !runs(target)),
    );
    reportUnmatched(kernel, stubs.unmatched(targets()), targets());
    unwatch ??= watchSources(kernel, pipelines, engine);
  }

  /** Whether an action or a rule is simulated, or has a stub. Of a partner's types only those that are registered run. */
  function runs(target: StubTarget): boolean {
    const [owner = '', category = '', provider = ''] = target.type.split('/');
    if (stubs.covers(target) || owner === 'Custom') return true;
    if (providers[target.type] !== undefined || ruleProviders[target.type] !== undefined) return true;
    return (
      owner === 'ThirdParty' &&
      actionTypes.list().some(({ id }) => id.category === category && id.provider === provider)
    );
  }

  return {
    name: 'codepipeline',
    json: {
      targetPrefix: 'CodePipeline_20150709',
      jsonVersion: '1.1',
      model,
      operations: {
        ...createExecutionOperations({ kernel, pipelines, engine, approvals }),
        ...createPipelineOperations({ kernel, pipelines, actionTypes, tags, engine, changed: watch }),
        ...createStageOperations({ kernel, pipelines, engine }),
        ...createReadOperations({ kernel, pipelines, actionTypes }),
        ...createJobOperations({ kernel, jobs, actionTypes }),
        ...createThirdPartyOperations({ kernel, jobs, thirdPartyTypes }),
        ...createActionTypeOperations({ kernel, registry: actionTypes, thirdPartyTypes, tags }),
        ...createTagOperations(tags),
      },
    },
    thirdPartyTypes,
    stubs: { add: stubs.add, unmatched: () => stubs.unmatched(targets()), targets },
    simulatedTypes: Object.keys({ ...providers, ...ruleProviders }),
    push: (event) => startByEvent(pipelines, engine, event),
    pullRequest: (event) => startByEvent(pipelines, engine, event),
    resources: createResources({ kernel, pipelines, actionTypes, tags, onSuperseded: engine.supersede }),
    start() {
      watch();
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
