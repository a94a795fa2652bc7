import { Annotations, Token } from 'aws-cdk-lib';
import type { IFileSystem } from 'aws-cdk-lib/aws-efs';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { CfnWorkflow } from 'aws-cdk-lib/aws-transfer';
import type { Construct } from 'constructs';
import { bucket, checkProperties, object } from './check-properties.ts';

/** Which file a step takes: what the step before has left, or what was uploaded. */
export type SourceFile = 'previous' | 'original';

/** Where in S3 files are or go. */
export interface FilePlace {
  readonly bucket: IBucket;
  /**
   * A key, or one that ends in a slash and is followed by the file's own name. `${transfer:UserName}` and
   * `${transfer:UploadDate}` stand for what they say.
   * @default - the file's own name
   */
  readonly key?: string;
}

/**
 * A file system whose uploads a workflow takes. Its files can be handed to custom steps, deleted and decrypted; Transfer
 * Family copies and tags those of S3 alone (API Reference, CreateWorkflow, Steps).
 */
export interface FileSystemPlace {
  readonly fileSystem: IFileSystem;
}

/** Where uploaded files are. */
export type UploadPlace = FilePlace | FileSystemPlace;

/** What every kind of step may be told. */
export interface WorkflowStepProps {
  /** At most 30 letters, digits, `_` and `-`. */
  readonly name: string;
  /** @default 'previous' */
  readonly sourceFile?: SourceFile;
}

/** Properties of {@link copyStep}. */
export interface CopyStepProps extends WorkflowStepProps {
  readonly destination: FilePlace;
  /** Writes over a file of the same name; the step fails otherwise. @default false */
  readonly overwriteExisting?: boolean;
}

/** Properties of {@link tagStep}. */
export interface TagStepProps extends WorkflowStepProps {
  /** At most 10. */
  readonly tags: Readonly<Record<string, string>>;
}

/** One step of a workflow; made by `copyStep` and its siblings, and by `WorkflowStepFunction.step`. */
export type WorkflowStepDefinition = {
  readonly name: string;
  readonly sourceFile: SourceFile;
  /** The details in CloudFormation's own spelling. */
  readonly details: Readonly<Record<string, unknown>>;
} & (
  | { readonly type: 'COPY' | 'DECRYPT'; readonly destination: FilePlace }
  | { readonly type: 'CUSTOM'; readonly target: IFunction }
  | { readonly type: 'TAG' | 'DELETE' }
);

/** Copies the file within S3; the next step has the copy. */
export function copyStep(props: CopyStepProps): WorkflowStepDefinition {
  return { ...head(props), type: 'COPY', destination: props.destination, details: placing(props) };
}

/** Tags the object. */
export function tagStep(props: TagStepProps): WorkflowStepDefinition {
  const Tags = Object.entries(props.tags).map(([Key, Value]) => ({ Key, Value }));
  if (Tags.length < 1 || Tags.length > MOST_TAGS) {
    throw new Error(`step "${props.name}" has ${Tags.length} tags: give it 1 to ${MOST_TAGS}`);
  }
  return { ...head(props), type: 'TAG', details: { ...naming(props), Tags } };
}

/** Deletes the file. */
export function deleteStep(props: WorkflowStepProps): WorkflowStepDefinition {
  return { ...head(props), type: 'DELETE', details: naming(props) };
}

/**
 * Decrypts a PGP file with the key in the secret `aws/transfer/SERVER_ID/USER_NAME` (or `.../@pgp-default`); the next
 * step has the decrypted file.
 */
export function decryptStep(props: CopyStepProps): WorkflowStepDefinition {
  return {
    ...head(props),
    type: 'DECRYPT',
    destination: props.destination,
    details: { ...placing(props), Type: 'PGP' },
  };
}

/** A custom step; `WorkflowStepFunction.step` makes it. */
export function customStep(
  props: WorkflowStepProps & { readonly target: IFunction; readonly timeoutSeconds: number },
): WorkflowStepDefinition {
  const { target, timeoutSeconds } = props;
  const details = { ...naming(props), Target: target.functionArn, TimeoutSeconds: timeoutSeconds };
  return { ...head(props), type: 'CUSTOM', target, details };
}

/** Limits of names, tags and steps (API Reference, CreateWorkflow). */
const STEP_NAME = /^[\w-]{1,30}$/;
const MOST_TAGS = 10;
const MOST_STEPS = 8;

/** The members of a workflow that hold the details of each kind of step. */
const DETAILS_OF = {
  COPY: 'copyStepDetails',
  CUSTOM: 'customStepDetails',
  TAG: 'tagStepDetails',
  DELETE: 'deleteStepDetails',
  DECRYPT: 'decryptStepDetails',
} as const;

/** Whether it is a step, and not the function of one, say. */
export function isStep(value: unknown): value is WorkflowStepDefinition {
  const { type, details } = (value ?? {}) as { readonly type?: unknown; readonly details?: unknown };
  return typeof type === 'string' && type in DETAILS_OF && typeof details === 'object';
}

/** The steps as `CfnWorkflow` takes them. @throws Error when there are too many, or two of one name */
export function renderSteps(
  scope: Construct,
  steps: readonly WorkflowStepDefinition[],
): CfnWorkflow.WorkflowStepProperty[] {
  if (steps.length > MOST_STEPS) {
    throw new Error(`a workflow has at most ${MOST_STEPS} steps of each kind, but got ${steps.length}`);
  }
  const names = steps.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two steps are called "${twice}": give each a name of its own`);
  warnAboutTakenFiles(scope, steps);
  // The CDK passes the details of four kinds on as they are, but converts those of DECRYPT (aws/aws-cdk#28410).
  return steps.map(({ type, details }) => ({
    type,
    [DETAILS_OF[type]]: type === 'DECRYPT' ? camelCased(details) : details,
  }));
}

function camelCased(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Token.isUnresolved(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key.charAt(0).toLowerCase() + key.slice(1), camelCased(member)]),
  );
}

/** What a step after the deletion of its file would meet. */
function warnAboutTakenFiles(scope: Construct, steps: readonly WorkflowStepDefinition[]): void {
  for (const [index, step] of steps.entries()) {
    const next = steps[index + 1];
    if (step.type !== 'DELETE' || next === undefined || next.sourceFile !== step.sourceFile) continue;
    Annotations.of(scope).addWarningV2(
      'ringback:step-after-delete',
      `step "${next.name}" takes the file that step "${step.name}" has deleted: it will fail with NOT_FOUND`,
    );
  }
}

function head({ name, sourceFile = 'previous' }: WorkflowStepProps) {
  if (!Token.isUnresolved(name) && !STEP_NAME.test(name)) {
    throw new Error(`the name of a step has 1 to 30 letters, digits, "_" and "-", but is "${name}"`);
  }
  return { name, sourceFile };
}

function naming({ name, sourceFile = 'previous' }: WorkflowStepProps) {
  return { Name: name, SourceFileLocation: `\${${sourceFile}.file}` };
}

function placing(props: CopyStepProps) {
  const { destination, overwriteExisting = false } = props;
  checkProperties(`step "${props.name}"`, { destination: destination ?? null }, { destination: object });
  const where = `the destination of step "${props.name}"`;
  checkProperties(where, { bucket: destination.bucket ?? null }, { bucket });
  return {
    ...naming(props),
    DestinationFileLocation: { S3FileLocation: { Bucket: destination.bucket.bucketName, Key: destination.key ?? '' } },
    OverwriteExisting: overwriteExisting ? 'TRUE' : 'FALSE',
  };
}
