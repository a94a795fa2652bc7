import type { Callback } from '../core/callback.ts';
import { ConfigurationError } from '../core/errors.ts';
import type { Log } from '../core/secrets/log.ts';
import type { TaskParts } from '../core/service.ts';
import type { ArtifactLocation, JobData, PipelineContext } from './job-data.ts';
import { artifactCredentials } from './job-details.ts';
import { type InputArtifact, lazyInputArtifact, lazyOutputArtifact, type OutputArtifact } from './lazy-artifact.ts';

/** One CodePipeline job, as user logic receives it. */
export interface PipelineJob<Parameters = unknown, State = unknown> {
  readonly id: string;
  /** The account that the pipeline runs in. */
  readonly accountId: string | undefined;
  /** The action's UserParameters, read as the handler was told. */
  readonly parameters: Parameters;
  /** The action's whole configuration as CodePipeline sent it. */
  readonly configuration: Readonly<Record<string, string>>;
  /** What the last run left with `continueAfter`; undefined on the first. */
  readonly state: State | undefined;
  /** 1 on the first run, one more with each continuation. */
  readonly run: number;
  /** Aborts shortly before the function's timeout: hand it to everything that waits. */
  readonly signal: AbortSignal;
  /** Milliseconds until {@link PipelineJob.signal} aborts. */
  remainingMs(): number;
  /** Structured log lines from which this job's secrets are withheld. */
  readonly log: Log;
  /** Names of the input artifacts. */
  readonly inputArtifacts: readonly string[];
  /** Names of the output artifacts. */
  readonly outputArtifacts: readonly string[];
  /**
   * An input artifact; without a name the only one.
   *
   * @throws ConfigurationError when there is none of that name, or a name is needed
   */
  inputArtifact(name?: string): InputArtifact;
  /**
   * An output artifact to write; without a name the only one.
   *
   * @throws ConfigurationError when there is none of that name, or a name is needed
   */
  outputArtifact(name?: string): OutputArtifact;
  /**
   * Where in which pipeline the job stands, asked for once, with GetJobDetails.
   *
   * @throws AwsCallError when CodePipeline refuses to say
   */
  context(): Promise<PipelineContext>;
  /** Where the answer goes: for `complete`, together with `defer`. A secret; it is left out when a job is printed. */
  readonly callback: Callback;
}

/**
 * Makes the job that user logic receives.
 *
 * @param renew - asks for the job again: its place in the pipeline, and new artifact credentials
 */
export function createJob<Parameters, State>(
  data: JobData,
  parameters: Parameters,
  state: State | undefined,
  parts: TaskParts,
  renew: () => Promise<JobData>,
): PipelineJob<Parameters, State> {
  const { connection, time, signal, callback } = parts;
  let details: Promise<JobData> | undefined;
  const access = {
    connection,
    signal,
    credentials: artifactCredentials(data.credentials, renew, time, ({ secretAccessKey, sessionToken }) =>
      parts.declareSecrets(secretAccessKey, sessionToken),
    ),
    ...(data.encryptionKeyId ? { encryptionKeyId: data.encryptionKeyId } : {}),
  };
  const job: Omit<PipelineJob<Parameters, State>, 'callback'> = {
    id: data.id,
    accountId: data.accountId,
    parameters,
    configuration: data.configuration,
    state,
    run: parts.run,
    signal,
    remainingMs: parts.remainingMs,
    log: parts.log,
    inputArtifacts: data.inputArtifacts.map((artifact) => artifact.name),
    outputArtifacts: data.outputArtifacts.map((artifact) => artifact.name),
    inputArtifact: (name) => lazyInputArtifact(pick(data.inputArtifacts, name, 'input'), access),
    outputArtifact: (name) => lazyOutputArtifact(pick(data.outputArtifacts, name, 'output'), access),
    async context() {
      if (data.pipelineContext !== undefined) return data.pipelineContext;
      details ??= renew();
      const { pipelineContext } = await details;
      if (pipelineContext === undefined) throw new Error('CodePipeline did not say where the job stands');
      return pipelineContext;
    },
  };
  return Object.defineProperty(job, 'callback', { value: callback, enumerable: false }) as PipelineJob<
    Parameters,
    State
  >;
}

function pick(artifacts: readonly ArtifactLocation[], name: string | undefined, direction: string): ArtifactLocation {
  const names = artifacts.map((artifact) => artifact.name).join(', ') || 'none';
  const found = name === undefined ? artifacts[0] : artifacts.find((artifact) => artifact.name === name);
  if (found === undefined) {
    throw new ConfigurationError(
      name === undefined
        ? `the action has no ${direction} artifact; declare one in the pipeline`
        : `the action has no ${direction} artifact "${name}"; it has: ${names}`,
    );
  }
  if (name === undefined && artifacts.length > 1) {
    throw new ConfigurationError(`the action has several ${direction} artifacts, name one of them: ${names}`);
  }
  if (found.bucket === '' || found.key === '') {
    throw new ConfigurationError(`the job does not say where the ${direction} artifact "${found.name}" is`);
  }
  return found;
}
