import { readFile } from 'node:fs/promises';
import { AwsError } from '../../kernel/aws-error.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { ObjectPort, StoredObject } from '../../kernel/ports.ts';
import type { ActionProvider, ActionRun } from '../action-provider.ts';
import type { Revision } from '../execution.ts';

/** The user metadata of an object that becomes the summary of its revision. */
const SUMMARY_METADATA = 'codepipeline-artifact-revision-summary';

/** The provider `AWS/Source/S3`: copies an object of a versioned bucket into the artifact store. */
export function createS3Source(kernel: Kernel, objects: ObjectPort): ActionProvider {
  return async (run) => {
    const { bucket, key, versionId } = locate(run);
    const source = read(objects, run, bucket, key, versionId);
    if (source.versionId === undefined || source.versionId === 'null') {
      throw new AwsError(
        'ConfigurationError',
        `the source bucket ${bucket} does not keep versions: switch on versioning, which S3 source actions need`,
      );
    }
    const [output] = run.outputArtifacts;
    if (output === undefined) throw new Error(`action ${run.actionExecution.action.name} declares no output artifact`);
    objects.put(run.principal, output.bucket, output.key, await readFile(source.file), {
      contentType: 'application/zip',
      kmsKeyId: output.encryptionKey?.id ?? awsManagedKey(kernel),
    });
    const eTag = source.eTag.replaceAll('"', '');
    const revision: Revision = {
      revisionId: source.versionId,
      revisionChangeIdentifier: eTag,
      revisionSummary: source.metadata[SUMMARY_METADATA] ?? `Amazon S3 version id: ${source.versionId}`,
      created: kernel.clock.now(),
    };
    run.update({
      externalExecutionId: source.versionId,
      ...(revision.revisionSummary === undefined ? {} : { summary: revision.revisionSummary }),
    });
    return {
      status: 'Succeeded',
      revision,
      outputVariables: { BucketName: bucket, ObjectKey: key, VersionId: source.versionId, ETag: eTag },
    };
  };
}

/** Where the object is: as configured, unless the execution was started with a revision of this source. */
function locate(run: ActionRun): { bucket: string; key: string; versionId?: string } {
  const { name } = run.actionExecution.action;
  const overrides = run.execution.sourceRevisions.filter((revision) => revision.actionName === name);
  const overrideOf = (type: string) => overrides.find((entry) => entry.revisionType === type)?.revisionValue;
  const versionId = overrideOf('S3_OBJECT_VERSION_ID');
  return {
    bucket: run.configuration.S3Bucket ?? '',
    key: overrideOf('S3_OBJECT_KEY') ?? run.configuration.S3ObjectKey ?? '',
    ...(versionId === undefined ? {} : { versionId }),
  };
}

function read(objects: ObjectPort, run: ActionRun, bucket: string, key: string, versionId?: string): StoredObject {
  try {
    return objects.get(run.principal, bucket, key, versionId);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code.startsWith('AccessDenied')) {
      throw new AwsError(
        error.code,
        `Insufficient permissions. The service role or action role does not have the permissions required to access the Amazon S3 bucket named ${bucket}. Update the IAM role permissions, and then try again. Error: Amazon S3:${error.code}:${error.message}`,
      );
    }
    throw new AwsError(
      error.code,
      `The object ${key} of the Amazon S3 bucket ${bucket} cannot be read: ${error.message}`,
    );
  }
}

function awsManagedKey(kernel: Kernel): string {
  return `arn:${kernel.partition}:kms:${kernel.region}:${kernel.accountId}:alias/aws/s3`;
}
