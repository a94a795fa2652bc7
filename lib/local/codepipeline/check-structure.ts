import { AwsError } from '../kernel/aws-error.ts';
import type { ActionTypeRegistry } from './action-types.ts';
import { checkConditionsAndTriggers } from './check-conditions.ts';
import { checkActionConfiguration } from './check-configuration.ts';
import {
  type ActionDeclaration,
  actionGroups,
  describeActionType,
  type PipelineDeclaration,
  type StageDeclaration,
} from './pipeline.ts';
import { EXECUTION_NAMESPACE, PIPELINE_NAMESPACE, variableReferences } from './variables.ts';

/** The fewest stages of a pipeline (user guide, pipeline structure reference). */
export const MINIMUM_STAGES = 2;

/** The most artifacts an action may take, and the most it may give (user guide, quotas). */
export const MAXIMUM_ARTIFACTS = 5;

const NAME = /^[A-Za-z0-9.@\-_]{1,100}$/;
const ARTIFACT_NAME = /^[a-zA-Z0-9_-]{1,100}$/;

/**
 * Refuses a pipeline that CodePipeline would not create.
 *
 * Custom action types are looked at when they exist already; otherwise when the action starts, because templates may
 * create them in any order.
 *
 * @param region - that of the pipeline
 * @throws AwsError InvalidStructureException, InvalidStageDeclarationException or InvalidActionDeclarationException.
 */
export function checkStructure(pipeline: PipelineDeclaration, actionTypes: ActionTypeRegistry, region: string): void {
  if (!NAME.test(pipeline.name)) throw structure(`the pipeline name ${pipeline.name} must match ${NAME.source}`);
  if (pipeline.stages.length < MINIMUM_STAGES) {
    throw structure(
      `Pipeline has only ${pipeline.stages.length} stage(s). There should be a minimum of ${MINIMUM_STAGES} stages in a pipeline`,
    );
  }
  if (pipeline.pipelineType === 'V1' && pipeline.variables.length > 0) {
    throw structure(`pipeline ${pipeline.name} declares variables, but its type is V1: set PipelineType to V2`);
  }
  if (pipeline.pipelineType === 'V1' && pipeline.executionMode !== 'SUPERSEDED') {
    throw structure(`execution mode ${pipeline.executionMode} needs pipeline type V2, but ${pipeline.name} is V1`);
  }
  checkUnique('Stage', pipeline.name, pipeline.stages);
  pipeline.stages.forEach((stage, index) => {
    checkStage(stage, index === 0);
    for (const action of stage.actions) {
      checkAction(action, actionTypes);
      checkRegion(action, pipeline, region);
    }
  });
  checkFlow(pipeline);
  checkConditionsAndTriggers(pipeline);
}

function checkStage(stage: StageDeclaration, first: boolean): void {
  if (!NAME.test(stage.name)) throw stageError(`the stage name ${stage.name} must match ${NAME.source}`);
  if (stage.actions.length === 0) throw stageError(`Stage ${stage.name} must have at least one action`);
  checkUnique('Action', stage.name, stage.actions);
  const sources = stage.actions.filter((action) => action.actionTypeId.category === 'Source');
  if (first && sources.length !== stage.actions.length) {
    throw structure('Pipeline should start with a stage that only contains source actions');
  }
  if (!first && sources.length > 0) {
    throw structure(
      `Source action ${sources[0]?.name} is in stage ${stage.name}: only the first stage may have sources`,
    );
  }
}

function checkAction(action: ActionDeclaration, actionTypes: ActionTypeRegistry): void {
  if (!NAME.test(action.name)) throw actionError(`the action name ${action.name} must match ${NAME.source}`);
  if (!Number.isInteger(action.runOrder) || action.runOrder < 1 || action.runOrder > 999) {
    throw actionError(
      `action ${action.name}: RunOrder must be a whole number from 1 to 999, but is ${action.runOrder}`,
    );
  }
  const type = actionTypes.find(action.actionTypeId);
  const checks = [
    ['input', action.inputArtifacts, type?.inputArtifactDetails],
    ['output', action.outputArtifacts, type?.outputArtifactDetails],
  ] as const;
  for (const [direction, artifacts, details] of checks) {
    const maximum = details?.maximumCount ?? MAXIMUM_ARTIFACTS;
    const minimum = details?.minimumCount ?? 0;
    if (artifacts.length > maximum) {
      throw actionError(
        `Action ${action.name} declares ${artifacts.length} ${direction} artifacts which is more than the maximum count (${maximum})`,
      );
    }
    if (artifacts.length < minimum) {
      throw actionError(
        `Action ${action.name} declares ${artifacts.length} ${direction} artifacts which is less than the minimum count (${minimum})`,
      );
    }
    for (const { name } of artifacts) {
      if (!ARTIFACT_NAME.test(name)) throw actionError(`the artifact name ${name} must match ${ARTIFACT_NAME.source}`);
    }
  }
  if (type !== undefined) checkActionConfiguration(action.name, action.configuration, type);
  else if (action.actionTypeId.owner === 'Custom') return;
  else if (!['AWS', 'ThirdParty'].includes(action.actionTypeId.owner)) {
    throw actionError(
      `${describeActionType(action.actionTypeId)} is not available: the owner must be AWS, Custom or ThirdParty`,
    );
  }
}

/** An action of another Region takes its artifacts from a store there (user guide, add a cross-Region action to a pipeline). */
function checkRegion({ name, region = '' }: ActionDeclaration, pipeline: PipelineDeclaration, own: string): void {
  if (region === '' || region === own || pipeline.artifactStores?.[region] !== undefined) return;
  throw structure(
    `action ${name} is of Region ${region}, where pipeline ${pipeline.name} has no artifact store: give it ArtifactStores, one for ${own} and one for each Region of an action, instead of ArtifactStore`,
  );
}

/** Artifacts and namespaces may be used only after the action that makes them. */
function checkFlow(pipeline: PipelineDeclaration): void {
  const artifacts = new Set<string>();
  const namespaces = new Set<string>([EXECUTION_NAMESPACE]);
  if (pipeline.pipelineType === 'V2') namespaces.add(PIPELINE_NAMESPACE);
  for (const stage of pipeline.stages) {
    for (const group of actionGroups(stage)) {
      for (const action of group) checkUses(action, stage, artifacts, namespaces, pipeline);
      for (const action of group) {
        for (const { name } of action.outputArtifacts) {
          if (artifacts.has(name)) {
            throw actionError(
              `Output Artifact Bundle name must be unique within the pipeline. ${name} has been used more than once`,
            );
          }
          artifacts.add(name);
        }
        if (action.namespace === undefined) continue;
        if (namespaces.has(action.namespace)) {
          throw actionError(
            `Namespaces must be unique across the pipeline definition. The following occur more than once in the pipeline. StageName=[${stage.name}], ActionName=[${action.name}], Namespace=[${action.namespace}]`,
          );
        }
        namespaces.add(action.namespace);
      }
    }
  }
}

function checkUses(
  action: ActionDeclaration,
  stage: StageDeclaration,
  artifacts: ReadonlySet<string>,
  namespaces: ReadonlySet<string>,
  pipeline: PipelineDeclaration,
): void {
  for (const { name } of action.inputArtifacts) {
    if (!artifacts.has(name)) {
      throw actionError(
        `Input Artifact Bundle ${name} in action ${action.name} is not declared as Output Artifact Bundle in any of the preceding actions`,
      );
    }
  }
  for (const [key, value] of Object.entries(action.configuration)) {
    for (const reference of variableReferences(value)) {
      const unknownVariable =
        reference.namespace === PIPELINE_NAMESPACE &&
        !pipeline.variables.some((variable) => variable.name === reference.key);
      if (namespaces.has(reference.namespace) && reference.key !== '' && !unknownVariable) continue;
      throw actionError(
        `Valid format for a pipeline execution variable reference is a namespace and a key separated by a period (.). The following pipeline execution variables are referencing a namespace that does not exist. StageName=[${stage.name}], ActionName=[${action.name}], ActionConfigurationKey=[${key}], VariableReferenceText=[${reference.text}]`,
      );
    }
  }
}

function checkUnique(kind: 'Stage' | 'Action', owner: string, entries: readonly { readonly name: string }[]): void {
  const seen = new Set<string>();
  for (const { name } of entries) {
    if (seen.has(name)) {
      throw (kind === 'Stage' ? structure : stageError)(
        `${kind} names must be unique within ${owner}, but ${name} is used more than once`,
      );
    }
    seen.add(name);
  }
}

const structure = (message: string) => new AwsError('InvalidStructureException', message);
const stageError = (message: string) => new AwsError('InvalidStageDeclarationException', message);
const actionError = (message: string) => new AwsError('InvalidActionDeclarationException', message);
