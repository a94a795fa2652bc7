export type { InvocationContext } from '../core/deadline.ts';
export { ConfigurationError, PermissionError, RetryableError, UnavailableError } from '../core/errors.ts';
export type { HandlerOptions, LambdaHandler } from '../core/handler.ts';
export { continueAfter, defer } from '../core/outcome.ts';
export type { Schema } from '../core/schema.ts';
export type { PipelineJob } from './job.ts';
export type { PipelineContext } from './job-data.ts';
export type { InputArtifact, OutputArtifact } from './lazy-artifact.ts';
export {
  type CurrentRevision,
  type FailureType,
  fail,
  failureTypes,
  type JobFailureDetails,
  type JobProgressDetails,
  type JobSuccessDetails,
  succeed,
} from './outcomes.ts';
export { type JobLogic, type JobOutcome, type PipelineJobOptions, pipelineJob } from './pipeline-job.ts';
