import { Readable } from 'node:stream';
import type { S3Location, UploadedObject, UploadOptions } from '../aws/s3/index.ts';
import type { Callback } from '../core/callback.ts';
import { ConfigurationError } from '../core/errors.ts';
import type { Log } from '../core/secrets/log.ts';
import type { TaskParts } from '../core/service.ts';
import { createEfsStepFile } from './efs-step-file.ts';
import { createS3StepFile, type S3Access, toStepFileError } from './s3-step-file.ts';
import type { StepData } from './step-event.ts';
import type { StepFile } from './step-file.ts';
import type { EfsMount } from './step-settings.ts';

/** What can be written to a bucket. */
export type StepContent = string | Uint8Array | AsyncIterable<Uint8Array>;

/** One custom step of a workflow, as user logic receives it. */
export interface WorkflowStep<State = unknown> {
  /** The uploaded file, or what the steps before have made of it. */
  readonly file: StepFile;
  /** Who uploaded it. */
  readonly user: { readonly name: string | undefined; readonly sessionId: string | undefined };
  readonly server: { readonly id: string | undefined };
  readonly workflow: { readonly id: string };
  readonly execution: { readonly id: string };
  /** What the last run left with `continueAfter`; undefined on the first. */
  readonly state: State | undefined;
  /** 1 on the first run, one more with each continuation. */
  readonly run: number;
  /** Aborts shortly before the function's timeout: hand it to everything that waits. */
  readonly signal: AbortSignal;
  /** Milliseconds until {@link WorkflowStep.signal} aborts. */
  remainingMs(): number;
  /** Structured log lines from which the step's token is withheld. */
  readonly log: Log;
  /**
   * Writes an object: of any length, in flat memory, all or nothing. To write over the uploaded object itself breaks
   * the steps that follow, which find another ETag than they expect; it is done, with a warning in the log.
   *
   * @throws PermissionError, AwsCallError
   */
  write(location: S3Location, content: StepContent, options?: UploadOptions): Promise<UploadedObject>;
  /** Where the answer goes: for `complete`, together with `defer`. A secret; it is left out when a step is printed. */
  readonly callback: Callback;
}

/** Ids as the API has them; what breaks these patterns is delivered all the same, but cannot be answered. */
const ID_PATTERNS = [
  ['workflowId', /^w-[a-z0-9]{17}$/],
  ['executionId', /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/],
] as const;

/** Makes the step that user logic receives. @throws ConfigurationError when the event does not say where the file is */
export function createStep<State>(
  data: StepData,
  state: State | undefined,
  parts: TaskParts,
  efs: EfsMount | undefined,
): WorkflowStep<State> {
  const { connection, signal, callback, log } = parts;
  for (const [name, pattern] of ID_PATTERNS) {
    if (!pattern.test(data[name])) log.warn(`the ${name} is not in the form that SendWorkflowStepState takes`);
  }
  let loaded: ReturnType<S3Access> | undefined;
  const access: S3Access = () => {
    loaded ??= import('../aws/s3/index.ts').then((s3) => ({ s3, client: s3.createS3Client({ connection, signal }) }));
    return loaded;
  };
  const file = createFile(data, access, efs);
  const step: Omit<WorkflowStep<State>, 'callback'> = {
    file,
    user: { name: data.userName, sessionId: data.sessionId },
    server: { id: data.serverId },
    workflow: { id: data.workflowId },
    execution: { id: data.executionId },
    state,
    run: parts.run,
    signal,
    remainingMs: parts.remainingMs,
    log,
    async write(location, content, options) {
      const uri = `s3://${location.bucket}/${location.key}`;
      if (uri === file.uri) {
        log.warn(
          'the step writes over the uploaded object: later steps of the workflow will fail with NOT_FOUND, because its ETag changes; write to another key',
          { uri },
        );
      }
      const { client, s3 } = await access();
      try {
        return await s3.uploadObject(client, location, toChunks(content), options);
      } catch (error) {
        throw toStepFileError(uri, error);
      }
    },
  };
  return Object.defineProperty(step, 'callback', { value: callback, enumerable: false }) as WorkflowStep<State>;
}

function createFile({ file }: StepData, access: S3Access, efs: EfsMount | undefined): StepFile {
  if (file === undefined) {
    throw new ConfigurationError(
      'the event does not say where the file is: expected fileLocation with a bucket and key, or a fileSystemId and path',
    );
  }
  return file.domain === 'S3' ? createS3StepFile(file, access) : createEfsStepFile(file, efs);
}

function toChunks(content: StepContent): AsyncIterable<Uint8Array> {
  if (typeof content === 'string') return Readable.from([Buffer.from(content)]);
  return content instanceof Uint8Array ? Readable.from([content]) : content;
}
