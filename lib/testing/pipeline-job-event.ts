import { randomUUID } from 'node:crypto';
import { checkOptions } from '../core/check-options.ts';
import { isAnything, isString, listOf, type OptionKind, objectWith } from '../core/option-kinds.ts';

/** What {@link pipelineJobEvent} may be told; everything else is filled in. */
export interface PipelineJobEventOptions {
  /** The job's id. @defaultValue a new one */
  readonly id?: string;
  /** UserParameters: text as it is, anything else as JSON. @defaultValue absent, as CodePipeline sends it */
  readonly parameters?: unknown;
  /** What the last run left. @defaultValue absent */
  readonly continuationToken?: string;
  readonly inputArtifacts?: readonly PipelineArtifact[];
  readonly outputArtifacts?: readonly PipelineArtifact[];
  /** The customer's key for artifacts: a key id or ARN. @defaultValue absent */
  readonly encryptionKeyId?: string;
}

const isArtifacts = listOf(objectWith('name', 'bucket', 'key'));

/** The kinds of {@link PipelineJobEventOptions}. */
export const PIPELINE_JOB_OPTIONS = {
  id: isString,
  parameters: isAnything,
  continuationToken: isString,
  inputArtifacts: isArtifacts,
  outputArtifacts: isArtifacts,
  encryptionKeyId: isString,
} satisfies Record<keyof PipelineJobEventOptions, OptionKind>;

/** An artifact of a job. */
export interface PipelineArtifact {
  readonly name: string;
  readonly bucket: string;
  readonly key: string;
  readonly revision?: string;
}

/**
 * The event of a Lambda invoke action, in the shape that CodePipeline sends.
 *
 * @throws InvalidOptionError when it is told something else
 */
export function pipelineJobEvent(options: PipelineJobEventOptions = {}): {
  readonly 'CodePipeline.job': PipelineJobBody;
} {
  checkOptions('pipelineJobEvent', options, PIPELINE_JOB_OPTIONS);
  const { id = randomUUID(), parameters, continuationToken, encryptionKeyId } = options;
  return {
    'CodePipeline.job': {
      id,
      accountId: '123456789012',
      data: {
        actionConfiguration: {
          configuration: {
            FunctionName: 'function-under-test',
            ...(parameters === undefined
              ? {}
              : { UserParameters: typeof parameters === 'string' ? parameters : JSON.stringify(parameters) }),
          },
        },
        inputArtifacts: (options.inputArtifacts ?? []).map(artifact),
        outputArtifacts: (options.outputArtifacts ?? []).map(artifact),
        artifactCredentials: {
          accessKeyId: 'ASIAEXAMPLEEXAMPLE00',
          secretAccessKey: `example/${randomUUID()}`,
          sessionToken: `example-${randomUUID()}${randomUUID()}`,
          expirationTime: Date.now() + 3_600_000,
        },
        ...(continuationToken === undefined ? {} : { continuationToken }),
        ...(encryptionKeyId === undefined ? {} : { encryptionKey: { id: encryptionKeyId, type: 'KMS' } }),
      },
    },
  };
}

/** The job in an event. */
export interface PipelineJobBody {
  readonly id: string;
  readonly accountId: string;
  readonly data: {
    readonly actionConfiguration: { readonly configuration: Readonly<Record<string, string>> };
    readonly inputArtifacts: readonly unknown[];
    readonly outputArtifacts: readonly unknown[];
    readonly artifactCredentials: {
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken: string;
      readonly expirationTime: number;
    };
    readonly continuationToken?: string;
    readonly encryptionKey?: { readonly id: string; readonly type: 'KMS' };
  };
}

function artifact({ name, bucket, key, revision }: PipelineArtifact) {
  return {
    name,
    revision: revision ?? null,
    location: { type: 'S3', s3Location: { bucketName: bucket, objectKey: key } },
  };
}
