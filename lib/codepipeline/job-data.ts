import type { AwsCredentials } from '../aws/index.ts';

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

type Loose = Readonly<Record<string, unknown>>;

/**
 * Reads a job of CodePipeline's shape: the value of `CodePipeline.job` in a Lambda event, a polled job, or the
 * details of one. Members that are absent, null or of another type count as absent.
 */
export function readJobData(job: unknown): JobData {
  const envelope = object(job);
  const data = object(envelope.data);
  const key = object(data.encryptionKey);
  return {
    id: text(envelope.id) ?? '',
    accountId: text(envelope.accountId),
    configuration: texts(object(data.actionConfiguration).configuration),
    inputArtifacts: list(data.inputArtifacts).map(readArtifact),
    outputArtifacts: list(data.outputArtifacts).map(readArtifact),
    credentials: readCredentials(data.artifactCredentials),
    continuationToken: text(data.continuationToken),
    encryptionKeyId: text(key.id),
    pipelineContext: readPipelineContext(data.pipelineContext),
  };
}

function readArtifact(value: unknown): ArtifactLocation {
  const artifact = object(value);
  const location = object(object(artifact.location).s3Location);
  return {
    name: text(artifact.name) ?? '',
    revision: text(artifact.revision),
    bucket: text(location.bucketName) ?? '',
    key: text(location.objectKey) ?? '',
  };
}

function readCredentials(value: unknown): AwsCredentials | undefined {
  const { accessKeyId, secretAccessKey, sessionToken, expirationTime } = object(value);
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
  const context = object(value);
  const pipelineName = text(context.pipelineName);
  if (pipelineName === undefined) return undefined;
  const action = object(context.action);
  return {
    pipelineName,
    stageName: text(object(context.stage).name) ?? '',
    actionName: text(action.name) ?? '',
    actionExecutionId: text(action.actionExecutionId),
    pipelineArn: text(context.pipelineArn),
    pipelineExecutionId: text(context.pipelineExecutionId),
  };
}

function object(value: unknown): Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function texts(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(object(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
