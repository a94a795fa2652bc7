import type { AwsCredentials } from '../aws/index.ts';
import { readObject, readText } from '../core/read-leniently.ts';

/** Where an artifact is. */
export interface ArtifactLocation {
  readonly name: string;
  readonly revision: string | undefined;
  readonly bucket: string;
  readonly key: string;
}

/** Where in which pipeline a job stands. */
export interface PipelineContext {
  readonly pipelineName: string;
  readonly stageName: string;
  readonly actionName: string;
  readonly actionExecutionId: string | undefined;
  /** Absent in third-party jobs. */
  readonly pipelineArn: string | undefined;
  /** Absent in third-party jobs. */
  readonly pipelineExecutionId: string | undefined;
}

/** One job as every kind of delivery brings it, read leniently. */
export interface JobData {
  readonly id: string;
  readonly accountId: string | undefined;
  /** The action's configuration; for a Lambda action `FunctionName` and `UserParameters`. */
  readonly configuration: Readonly<Record<string, string>>;
  readonly inputArtifacts: readonly ArtifactLocation[];
  readonly outputArtifacts: readonly ArtifactLocation[];
  /** The job's own credentials for its artifacts. */
  readonly credentials: AwsCredentials | undefined;
  readonly continuationToken: string | undefined;
  /** The customer's key that artifacts are encrypted with; undefined for S3's own. */
  readonly encryptionKeyId: string | undefined;
  readonly pipelineContext: PipelineContext | undefined;
}

/**
 * Reads a job of CodePipeline's shape: the value of `CodePipeline.job` in a Lambda event, a polled job, or the
 * details of one. Members that are absent, null or of another type count as absent.
 */
export function readJobData(job: unknown): JobData {
  const envelope = readObject(job);
  const data = readObject(envelope.data);
  const key = readObject(data.encryptionKey);
  return {
    id: readText(envelope.id) ?? '',
    accountId: readText(envelope.accountId),
    configuration: texts(readObject(data.actionConfiguration).configuration),
    inputArtifacts: list(data.inputArtifacts).map(readArtifact),
    outputArtifacts: list(data.outputArtifacts).map(readArtifact),
    credentials: readCredentials(data.artifactCredentials),
    continuationToken: readText(data.continuationToken),
    encryptionKeyId: readText(key.id),
    pipelineContext: readPipelineContext(data.pipelineContext),
  };
}

function readArtifact(value: unknown): ArtifactLocation {
  const artifact = readObject(value);
  const location = readObject(readObject(artifact.location).s3Location);
  return {
    name: readText(artifact.name) ?? '',
    revision: readText(artifact.revision),
    bucket: readText(location.bucketName) ?? '',
    key: readText(location.objectKey) ?? '',
  };
}

function readCredentials(value: unknown): AwsCredentials | undefined {
  const { accessKeyId, secretAccessKey, sessionToken, expirationTime } = readObject(value);
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') return undefined;
  return {
    accessKeyId,
    secretAccessKey,
    ...(typeof sessionToken === 'string' ? { sessionToken } : {}),
    // Milliseconds since the epoch, unlike every other time of the API.
    ...(typeof expirationTime === 'number' ? { expiration: new Date(expirationTime) } : {}),
  };
}

function readPipelineContext(value: unknown): PipelineContext | undefined {
  const context = readObject(value);
  const pipelineName = readText(context.pipelineName);
  if (pipelineName === undefined) return undefined;
  const action = readObject(context.action);
  return {
    pipelineName,
    stageName: readText(readObject(context.stage).name) ?? '',
    actionName: readText(action.name) ?? '',
    actionExecutionId: readText(action.actionExecutionId),
    pipelineArn: readText(context.pipelineArn),
    pipelineExecutionId: readText(context.pipelineExecutionId),
  };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(readObject(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
