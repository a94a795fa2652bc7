import { UsageError } from '../usage-error.ts';

/** An artifact that the user brings, and where the event says that it is. */
export interface EventArtifact {
  readonly bucket: string;
  readonly key: string;
  readonly local: string;
}

interface InputArtifact {
  readonly name: string;
  readonly location?: {
    readonly type?: string;
    readonly s3Location?: { readonly bucketName?: string; readonly objectKey?: string };
  };
}

/** Reads `--artifact NAME=./local`. @throws UsageError */
export function readArtifactOption(text: string): { readonly name: string; readonly local: string } {
  const [, name, local] = /^([A-Za-z0-9_-]{1,100})=(.+)$/s.exec(text) ?? [];
  if (name !== undefined && local !== undefined) return { name, local };
  throw new UsageError(`--artifact must look like NAME=./app.zip, but is "${text}"`);
}

/**
 * Finds the places of artifacts in an event of CodePipeline.
 *
 * @param options.isSample - whether the artifacts take the place of those that the event has, which are made up
 * @throws UsageError when the event has no such artifact
 */
export function findArtifacts(
  event: unknown,
  given: readonly { readonly name: string; readonly local: string }[],
  { isSample }: { readonly isSample: boolean },
): { readonly event: unknown; readonly artifacts: readonly EventArtifact[] } {
  if (given.length === 0) return { event, artifacts: [] };
  const made = isSample
    ? withInputArtifacts(
        event,
        given.map(({ name }) => madeArtifact(name)),
      )
    : event;
  const known = inputArtifactsOf(made);
  const artifacts = given.map(({ name, local }) => {
    const { bucketName, objectKey } = known.find((one) => one.name === name)?.location?.s3Location ?? {};
    if (bucketName !== undefined && objectKey !== undefined) return { bucket: bucketName, key: objectKey, local };
    const names = known.map((one) => one.name).join(', ') || 'none';
    throw new UsageError(`the event has no input artifact ${name}; it has ${names}`);
  });
  return { event: made, artifacts };
}

/** The artifact of a pipeline that stands for the user's own. */
function madeArtifact(name: string): InputArtifact & { readonly revision: string } {
  const s3Location = { bucketName: 'artifact-bucket', objectKey: `my-pipeline/${name}/TdOSFRV` };
  return { name, revision: 'e0c7a3d2', location: { type: 'S3', s3Location } };
}

/** The job's data, which each event of CodePipeline keeps elsewhere. */
function jobOf(event: unknown): Record<string, unknown> | undefined {
  const { 'CodePipeline.job': job, 'ringback.job': handOver, data } = (event ?? {}) as Record<string, unknown>;
  const holder = job ?? (handOver as { job?: unknown } | undefined)?.job ?? (data === undefined ? undefined : event);
  return (holder as { data?: Record<string, unknown> } | undefined)?.data;
}

function inputArtifactsOf(event: unknown): readonly InputArtifact[] {
  const { inputArtifacts } = jobOf(event) ?? {};
  return Array.isArray(inputArtifacts) ? inputArtifacts : [];
}

function withInputArtifacts(event: unknown, inputArtifacts: readonly InputArtifact[]): unknown {
  const copy = structuredClone(event);
  const data = jobOf(copy);
  if (data !== undefined) data.inputArtifacts = inputArtifacts;
  return copy;
}
