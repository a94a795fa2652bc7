import { AwsError } from '../kernel/aws-error.ts';
import {
  type ActionDeclaration,
  type ArtifactStore,
  EXECUTION_MODES,
  type ExecutionMode,
  type PipelineDeclaration,
  type StageDeclaration,
} from './pipeline.ts';

/** A value of a template that has not been looked at yet. */
type Raw = Readonly<Record<string, unknown>>;

/**
 * Reads the properties of an `AWS::CodePipeline::Pipeline` into the API's form.
 *
 * @throws AwsError InvalidStructureException naming the member that is missing or has a wrong form.
 */
export function parsePipeline(name: string, properties: Raw): PipelineDeclaration {
  const mode = text(properties, 'ExecutionMode', name) ?? 'SUPERSEDED';
  if (!EXECUTION_MODES.includes(mode as ExecutionMode)) {
    throw invalid(`pipeline ${name}: ExecutionMode must be one of ${EXECUTION_MODES.join(', ')}, but is ${mode}`);
  }
  const type = text(properties, 'PipelineType', name) ?? 'V1';
  if (type !== 'V1' && type !== 'V2') throw invalid(`pipeline ${name}: PipelineType must be V1 or V2, but is ${type}`);
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
    executionMode: mode as ExecutionMode,
    pipelineType: type,
    variables: list(properties, 'Variables', name).map((variable) => ({
      name: required(variable, 'Name', `${name}.Variables`),
      ...optional(variable, 'DefaultValue', 'defaultValue', name),
      ...optional(variable, 'Description', 'description', name),
    })),
  };
}

function parseStage(stage: Raw, pipeline: string): StageDeclaration {
  const name = required(stage, 'Name', `${pipeline}.Stages`);
  return { name, actions: list(stage, 'Actions', name).map((action) => parseAction(action, name)) };
}

function parseAction(action: Raw, stage: string): ActionDeclaration {
  const name = required(action, 'Name', `${stage}.Actions`);
  const type = record(action.ActionTypeId, `${name}.ActionTypeId`);
  const configuration = action.Configuration;
  const timeout = action.TimeoutInMinutes;
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
      configuration === undefined ? {} : parseConfiguration(record(configuration, `${name}.Configuration`), name),
    inputArtifacts: artifactNames(action, 'InputArtifacts', name),
    outputArtifacts: artifactNames(action, 'OutputArtifacts', name),
    ...optional(action, 'Namespace', 'namespace', name),
    ...optional(action, 'RoleArn', 'roleArn', name),
    ...optional(action, 'Region', 'region', name),
    ...(timeout === undefined ? {} : { timeoutInMinutes: Number(timeout) }),
  };
}

/** Templates write booleans, numbers and objects where the API wants text. */
function parseConfiguration(configuration: Raw, action: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(configuration).map(([key, value]) => {
      if (value === undefined || value === null) {
        throw invalid(
          `action ${action}: the configuration value of ${key} is missing: give it a value or leave it out`,
        );
      }
      return [key, typeof value === 'object' ? JSON.stringify(value) : String(value)];
    }),
  );
}

function parseStore(store: Raw, pipeline: string): ArtifactStore {
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

function artifactNames(action: Raw, member: string, owner: string): readonly { readonly name: string }[] {
  return list(action, member, owner).map((artifact) => ({ name: required(artifact, 'Name', `${owner}.${member}`) }));
}

function optional<Key extends string>(raw: Raw, member: string, key: Key, owner: string): { [K in Key]?: string } {
  const value = text(raw, member, owner);
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: string };
}

function required(raw: Raw, member: string, owner: string): string {
  const value = text(raw, member, owner);
  if (value === undefined || value === '') throw invalid(`${owner} has no ${member}: it is required`);
  return value;
}

function text(raw: Raw, member: string, owner: string): string | undefined {
  const value = raw[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'object') throw invalid(`${owner}: ${member} must be text, but is ${JSON.stringify(value)}`);
  return String(value);
}

function list(raw: Raw, member: string, owner: string): readonly Raw[] {
  const value = raw[member];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(`${owner}: ${member} must be a list, but is ${JSON.stringify(value)}`);
  return value.map((entry) => record(entry, `${owner}.${member}`));
}

function record(value: unknown, owner: string): Raw {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(`${owner} must be an object, but is ${JSON.stringify(value)}`);
  }
  return value as Raw;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidStructureException', message);
}
