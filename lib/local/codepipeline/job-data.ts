import type { Credentials, Kernel, PolicyDocument } from '../kernel/kernel.ts';
import { artifactStoreOf } from './artifacts.ts';
import type { ExecutionArtifact } from './execution.ts';
import { isClosed, type Job } from './jobs.ts';

/** How long artifact credentials live, in seconds. */
export const ARTIFACT_CREDENTIALS_SECONDS = 3600;

/** The `data` of a job, as PollForJobs and GetJobDetails give it. */
export function jobData(kernel: Kernel, job: Job): Record<string, unknown> {
  const { execution, actionExecution } = job.run;
  const credentials = isClosed(job.state) ? undefined : issueArtifactCredentials(kernel, job);
  return {
    actionTypeId: job.actionTypeId,
    actionConfiguration: { configuration: job.run.configuration },
    pipelineContext: {
      pipelineName: execution.pipeline.name,
      stage: { name: actionExecution.stageName },
      action: { name: actionExecution.action.name, actionExecutionId: actionExecution.actionExecutionId },
      // A partner learns neither of these.
      ...(job.actionTypeId.owner === 'ThirdParty'
        ? {}
        : { pipelineArn: execution.pipelineArn, pipelineExecutionId: execution.id }),
    },
    ...artifactLists(job, (artifact) => artifact.revision?.revisionId),
    ...(credentials === undefined ? {} : { artifactCredentials: keysOf(credentials) }),
    ...tokenAndKey(kernel, job),
  };
}

/** The event of a Lambda invoke action: the job without its type and context, credentials with their end. */
export function lambdaEvent(kernel: Kernel, job: Job): Record<string, unknown> {
  const credentials = issueArtifactCredentials(kernel, job);
  return {
    'CodePipeline.job': {
      id: job.id,
      accountId: kernel.accountId,
      data: {
        actionConfiguration: { configuration: job.run.configuration },
        ...artifactLists(job, (artifact) => artifact.revision?.revisionId ?? null),
        artifactCredentials: { ...keysOf(credentials), expirationTime: credentials.expiresAt },
        ...tokenAndKey(kernel, job),
      },
    },
  };
}

/** The event of the Lambda integration model, by which a partner's function is invoked. */
export function executorEvent(kernel: Kernel, job: Job): Record<string, unknown> {
  return {
    jobId: job.id,
    accountId: kernel.accountId,
    data: {
      actionConfiguration: job.run.configuration,
      ...artifactLists(job, () => undefined),
      actionExecutionId: job.run.actionExecution.actionExecutionId,
      actionCredentials: keysOf(issueArtifactCredentials(kernel, job)),
      ...tokenAndKey(kernel, job),
    },
  };
}

function artifactLists(job: Job, revisionOf: (artifact: ExecutionArtifact) => string | null | undefined): object {
  const list = (artifacts: readonly ExecutionArtifact[]) =>
    artifacts.map((artifact) => ({
      name: artifact.name,
      revision: revisionOf(artifact),
      location: { type: 'S3', s3Location: { bucketName: artifact.bucket, objectKey: artifact.key } },
    }));
  return { inputArtifacts: list(job.run.inputArtifacts), outputArtifacts: list(job.run.outputArtifacts) };
}

function tokenAndKey(kernel: Kernel, job: Job): object {
  const key = encryptionKeyOf(kernel, job);
  return {
    ...(job.continuationToken === undefined ? {} : { continuationToken: job.continuationToken }),
    ...(key === undefined ? {} : { encryptionKey: key }),
  };
}

function encryptionKeyOf(kernel: Kernel, job: Job) {
  const { execution, actionExecution } = job.run;
  return artifactStoreOf(execution.pipeline, actionExecution.action, kernel.region).encryptionKey;
}

function keysOf(credentials: Credentials): object {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return { accessKeyId, secretAccessKey, sessionToken };
}

function issueArtifactCredentials(kernel: Kernel, job: Job): Credentials {
  return kernel.identity.issue(job.run.roleArn, {
    sessionName: job.id,
    durationSeconds: ARTIFACT_CREDENTIALS_SECONDS,
    sessionPolicies: [artifactPolicy(kernel, job)],
  });
}

/** Narrows the role to the job's own artifacts: nothing else of the bucket, no other service but KMS. */
function artifactPolicy(kernel: Kernel, job: Job): PolicyDocument {
  const { inputArtifacts, outputArtifacts, execution, actionExecution } = job.run;
  const arnOf = ({ bucket, key }: ExecutionArtifact) => `arn:${kernel.partition}:s3:::${bucket}/${key}`;
  const readable = [...inputArtifacts, ...outputArtifacts].map(arnOf);
  const writable = outputArtifacts.map(arnOf);
  const store = artifactStoreOf(execution.pipeline, actionExecution.action, kernel.region);
  const buckets = new Set([store.location, ...inputArtifacts.map((artifact) => artifact.bucket)]);
  const allow = (Action: readonly string[], Resource: readonly string[] | string) => ({
    Effect: 'Allow',
    Action,
    Resource,
  });
  return {
    Version: '2012-10-17',
    Statement: [
      allow(
        ['s3:GetBucketLocation', 's3:GetBucketVersioning', 's3:ListBucket'],
        [...buckets].map((bucket) => `arn:${kernel.partition}:s3:::${bucket}`),
      ),
      ...(readable.length === 0
        ? []
        : [allow(['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectTagging'], readable)]),
      ...(writable.length === 0
        ? []
        : [
            allow(
              ['s3:PutObject', 's3:PutObjectTagging', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
              writable,
            ),
          ]),
      allow(['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'], '*'),
    ],
  };
}
