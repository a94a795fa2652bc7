import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { ObjectPort } from '../kernel/ports.ts';
import { assumeRole, failureOfError } from './action-failure.ts';
import type { ActionProvider, ActionProviders, ActionResult, ActionRun } from './action-provider.ts';
import type { ActionTypeRegistry } from './action-types.ts';
import { newOutputArtifacts } from './artifacts.ts';
import { checkActionConfiguration } from './check-configuration.ts';
import type { ActionExecution, ExecutionArtifact, PipelineExecution } from './execution.ts';
import type { ActionDeclaration } from './pipeline.ts';
import type { StateNotices } from './state-notices.ts';
import type { StubStore } from './stubs/stub-store.ts';
import { resolveConfiguration, unresolvedMessage } from './variables.ts';

/** The most that an action's resolved configuration may take, in bytes (user guide, quotas: 100 KB). */
export const RESOLVED_CONFIGURATION_MAXIMUM_BYTES = 100 * 1024;

/** Runs one action of a stage to its end; never rejects. */
export type ActionRunner = (
  execution: PipelineExecution,
  stage: string,
  action: ActionDeclaration,
) => Promise<ActionExecution>;

/** What an action runner works with. */
export interface ActionRunnerParts {
  readonly kernel: Kernel;
  readonly objects: ObjectPort;
  readonly actionTypes: ActionTypeRegistry;
  readonly providers: ActionProviders;
  readonly stubs: StubStore;
  readonly notices: StateNotices;
}

/** Creates the runner of actions. */
export function createActionRunner(parts: ActionRunnerParts): ActionRunner {
  const { kernel, notices } = parts;

  return async (execution, stage, action) => {
    const roleArn = action.roleArn ?? execution.pipeline.roleArn;
    const actionExecution: ActionExecution = {
      actionExecutionId: kernel.uuid(),
      stageName: stage,
      action,
      roleArn,
      startTime: kernel.clock.now(),
      lastUpdateTime: kernel.clock.now(),
      status: 'InProgress',
      progress: {},
      resolvedConfiguration: action.configuration,
      inputArtifacts: action.inputArtifacts.flatMap(({ name }) => execution.artifacts.get(name) ?? []),
      outputArtifacts: [],
      outputVariables: {},
    };
    execution.actions.push(actionExecution);
    notices.action(execution, actionExecution, 'STARTED');
    const { signal } = execution.abandon;
    const result = await Promise.race([start(parts, execution, actionExecution, signal), aborted(signal)]);
    settle(execution, actionExecution, result, kernel.clock.now());
    if (result.status === 'Succeeded') reportMissingOutputs(parts, execution, actionExecution);
    notices.action(execution, actionExecution, actionExecution.status.toUpperCase());
    return actionExecution;
  };
}

async function start(
  parts: ActionRunnerParts,
  execution: PipelineExecution,
  actionExecution: ActionExecution,
  signal: AbortSignal,
): Promise<ActionResult> {
  const { kernel } = parts;
  const { action, roleArn } = actionExecution;
  try {
    const { configuration, unresolved } = resolveConfiguration(action.configuration, execution.namespaces);
    actionExecution.resolvedConfiguration = configuration;
    if (unresolved.length > 0) {
      const message = unresolvedMessage('action', action.name, unresolved);
      return failed('ConfigurationError', `${message}${parts.stubs.adviseOn(execution, unresolved)}`);
    }
    checkSize(configuration, action.name);
    const provider = providerOf(parts, actionExecution, execution);
    assumeRole(kernel, execution.pipeline.roleArn, roleArn);
    actionExecution.outputArtifacts = newOutputArtifacts(execution.pipeline, action, kernel);
    const missing = actionExecution.inputArtifacts.find((artifact) => isMissing(parts, execution, artifact));
    if (missing !== undefined) {
      return failed(
        'ConfigurationError',
        `The action failed because either the artifact or the Amazon S3 bucket could not be found. Name of artifact bucket: ${missing.bucket}. Artifact ${missing.name} is not at ${missing.key}: the action that declares it as output has to upload it`,
      );
    }
    return await provider({
      execution,
      actionExecution,
      configuration,
      inputArtifacts: actionExecution.inputArtifacts,
      outputArtifacts: actionExecution.outputArtifacts,
      roleArn,
      principal: kernel.identity.role(roleArn),
      signal,
      update(progress) {
        actionExecution.progress = { ...actionExecution.progress, ...progress };
        actionExecution.lastUpdateTime = kernel.clock.now();
      },
    } satisfies ActionRun);
  } catch (error) {
    return failureOfError(error);
  }
}

function providerOf(
  { providers, actionTypes, stubs }: ActionRunnerParts,
  { action, stageName, resolvedConfiguration }: ActionExecution,
  { pipeline }: PipelineExecution,
): ActionProvider {
  const { owner, category, provider } = action.actionTypeId;
  const type = `${owner}/${category}/${provider}`;
  const target = { pipeline: pipeline.name, stage: stageName, action: action.name, type };
  const own = stubs.providerFor(target) ?? providers[type];
  if (own !== undefined) return own;
  const known = actionTypes.find(action.actionTypeId);
  // A custom type that is missing here would be missing in AWS; a partner's type may well be there.
  if (owner === 'Custom' || (owner === 'ThirdParty' && known !== undefined)) {
    checkActionConfiguration(action.name, resolvedConfiguration, known ?? actionTypes.get(action.actionTypeId));
    const forAll = providers[owner];
    if (forAll !== undefined) return forAll;
  }
  return stubs.missing(target, 'action');
}

function checkSize(configuration: Readonly<Record<string, string>>, action: string): void {
  const bytes = Buffer.byteLength(Object.entries(configuration).flat().join(''));
  if (bytes <= RESOLVED_CONFIGURATION_MAXIMUM_BYTES) return;
  throw new AwsError(
    'ConfigurationError',
    `the resolved configuration of action ${action} has ${bytes} bytes: at most ${RESOLVED_CONFIGURATION_MAXIMUM_BYTES} are allowed`,
  );
}

function settle(execution: PipelineExecution, run: ActionExecution, result: Ended, now: number): void {
  run.lastUpdateTime = now;
  execution.lastUpdateTime = now;
  run.status = result.status;
  if (result.status === 'Failed') run.errorDetails = { code: result.code, message: result.message };
  if (result.status !== 'Succeeded') return;
  run.outputVariables = result.outputVariables ?? {};
  if (result.revision !== undefined) run.progress = { ...run.progress, currentRevision: result.revision };
  if (run.action.namespace !== undefined) execution.namespaces.set(run.action.namespace, run.outputVariables);
  for (const artifact of run.outputArtifacts) {
    if (result.revision !== undefined) artifact.revision = result.revision;
    execution.artifacts.set(artifact.name, artifact);
  }
}

function reportMissingOutputs(parts: ActionRunnerParts, execution: PipelineExecution, run: ActionExecution): void {
  for (const artifact of run.outputArtifacts.filter((output) => isMissing(parts, execution, output))) {
    parts.kernel.events.emit('notice', {
      message: `action ${run.action.name} of pipeline ${execution.pipeline.name} succeeded, but its output artifact ${artifact.name} is not at s3://${artifact.bucket}/${artifact.key}`,
    });
  }
}

/** Looks under the pipeline's role; where that role may not look, the artifact counts as present. */
function isMissing(parts: ActionRunnerParts, execution: PipelineExecution, artifact: ExecutionArtifact): boolean {
  try {
    parts.objects.get(parts.kernel.identity.role(execution.pipeline.roleArn), artifact.bucket, artifact.key);
    return false;
  } catch (error) {
    return error instanceof AwsError && ['NoSuchKey', 'NoSuchBucket', 'NotFound'].includes(error.code);
  }
}

type Ended = ActionResult | { readonly status: 'Abandoned' };

function aborted(signal: AbortSignal): Promise<Ended> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve({ status: 'Abandoned' });
    signal.addEventListener('abort', () => resolve({ status: 'Abandoned' }), { once: true });
  });
}

function failed(code: string, message: string): ActionResult {
  return { status: 'Failed', code, message };
}
