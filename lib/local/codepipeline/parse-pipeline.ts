import { parseStageConditions } from './parse-conditions.ts';
import { artifactNames, parseConfiguration } from './parse-configuration.ts';
import { parseTrigger } from './parse-triggers.ts';
import {
  type ActionDeclaration,
  type ArtifactStore,
  EXECUTION_MODES,
  type PipelineDeclaration,
  type StageDeclaration,
} from './pipeline.ts';
import { invalid, list, oneOf, optional, type RawMembers, record, required, text, texts } from './raw-members.ts';

/**
 * Reads the properties of an `AWS::CodePipeline::Pipeline` into the API's form.
 *
 * @throws AwsError InvalidStructureException naming the member that is missing or has a wrong form.
 */
export function parsePipeline(name: string, properties: RawMembers): PipelineDeclaration {
  const mode = text(properties, 'ExecutionMode', name) ?? 'SUPERSEDED';
  const type = text(properties, 'PipelineType', name) ?? 'V1';
  const store = properties.ArtifactStore;
  const stores = list(properties, 'ArtifactStores', name);
  if ((store === undefined) === (stores.length === 0)) {
    throw invalid(`pipeline ${name} needs either ArtifactStore or ArtifactStores: give exactly one of them`);
  }
  return {
    name,
    roleArn: required(properties, 'RoleArn', name),
    ...(store === undefined ? {} : { artifactStore: parseStore(record(store, `${name}.ArtifactStore`), name) }),
    ...(stores.length === 0
      ? {}
      : {
          artifactStores: Object.fromEntries(
            stores.map((entry) => [
              required(entry, 'Region', `${name}.ArtifactStores`),
              parseStore(record(entry.ArtifactStore, `${name}.ArtifactStores`), name),
            ]),
          ),
        }),
    stages: list(properties, 'Stages', name).map((stage) => parseStage(stage, name)),
    version: 1,
    executionMode: oneOf(mode, EXECUTION_MODES, `pipeline ${name}: ExecutionMode`),
    pipelineType: oneOf(type, ['V1', 'V2'], `pipeline ${name}: PipelineType`),
    variables: list(properties, 'Variables', name).map((variable) => ({
      name: required(variable, 'Name', `${name}.Variables`),
      ...optional(variable, 'DefaultValue', 'defaultValue', name),
      ...optional(variable, 'Description', 'description', name),
    })),
    triggers: list(properties, 'Triggers', name).map((trigger) => parseTrigger(trigger, name)),
  };
}

/** The transitions into stages that a template closes, with their reasons. */
export function parseDisabledTransitions(
  name: string,
  properties: RawMembers,
): readonly { readonly stageName: string; readonly reason: string }[] {
  return list(properties, 'DisableInboundStageTransitions', name).map((entry) => ({
    stageName: required(entry, 'StageName', `${name}.DisableInboundStageTransitions`),
    reason: required(entry, 'Reason', `${name}.DisableInboundStageTransitions`),
  }));
}

function parseStage(stage: RawMembers, pipeline: string): StageDeclaration {
  const name = required(stage, 'Name', `${pipeline}.Stages`);
  return {
    name,
    actions: list(stage, 'Actions', name).map((action) => parseAction(action, name)),
    ...parseStageConditions(stage, name),
  };
}

function parseAction(action: RawMembers, stage: string): ActionDeclaration {
  const name = required(action, 'Name', `${stage}.Actions`);
  const type = record(action.ActionTypeId, `${name}.ActionTypeId`);
  const configuration = action.Configuration;
  const timeout = action.TimeoutInMinutes;
  const commands = texts(action, 'Commands', name);
  return {
    name,
    actionTypeId: {
      category: required(type, 'Category', name),
      owner: required(type, 'Owner', name),
      provider: required(type, 'Provider', name),
      version: required(type, 'Version', name),
    },
    runOrder: Number(action.RunOrder ?? 1),
    configuration:
      configuration === undefined
        ? {}
        : parseConfiguration(record(configuration, `${name}.Configuration`), `action ${name}`),
    inputArtifacts: artifactNames(action, 'InputArtifacts', name),
    outputArtifacts: artifactNames(action, 'OutputArtifacts', name),
    ...optional(action, 'Namespace', 'namespace', name),
    ...optional(action, 'RoleArn', 'roleArn', name),
    ...optional(action, 'Region', 'region', name),
    ...(timeout === undefined ? {} : { timeoutInMinutes: Number(timeout) }),
    ...(commands === undefined ? {} : { commands }),
  };
}

function parseStore(store: RawMembers, pipeline: string): ArtifactStore {
  const key = store.EncryptionKey;
  const encryptionKey = key === undefined ? undefined : record(key, `${pipeline}.EncryptionKey`);
  return {
    type: 'S3',
    location: required(store, 'Location', `${pipeline}.ArtifactStore`),
    ...(encryptionKey === undefined
      ? {}
      : { encryptionKey: { id: required(encryptionKey, 'Id', `${pipeline}.EncryptionKey`), type: 'KMS' } }),
  };
}
