export type { InvocationContext } from '../core/deadline.ts';
export { ConfigurationError, PermissionError, RetryableError, UnavailableError } from '../core/errors.ts';
export type { LambdaHandler } from '../core/handler.ts';
export type { HandlerOptions } from '../core/handler-parts.ts';
export { continueAfter, defer } from '../core/outcome.ts';
export type { Schema } from '../core/schema.ts';
export { ArtifactError } from './artifacts/artifact-error.ts';
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
  type ThirdPartyJobSuccessDetails,
} from './outcomes.ts';
export { type JobLogic, type JobOutcome, type PipelineJobOptions, pipelineJob } from './pipeline-job.ts';
export {
  type ActionExecutorLogic,
  type ActionExecutorOptions,
  actionExecutor,
  type ExecutorHandler,
} from './worker/action-executor.ts';
export type { ActionCategory, ActionType } from './worker/action-type.ts';
export type { ClientTokenLookup, ClientTokenSecret, ClientTokens } from './worker/client-tokens.ts';
export type { ExecutorAnswer } from './worker/executor-answer.ts';
export { type JobWorkerLogic, type JobWorkerOptions, jobWorker } from './worker/job-worker.ts';
export {
  type ThirdPartyJobOutcome,
  type ThirdPartyJobWorkerLogic,
  type ThirdPartyJobWorkerOptions,
  thirdPartyJobWorker,
} from './worker/third-party-job-worker.ts';
export type { WorkerHandler } from './worker/worker-handler.ts';
export type { WorkerJob } from './worker/worker-job.ts';
