export { type ContinuingAnswer, continueFrom } from './continue-from.ts';
export { type Expectation, type ExpectedOutcome, expectAnswered } from './expect-answered.ts';
export { type FakeTime, fakeTime } from './fake-time.ts';
export {
  type ChangeSetHookEventOptions,
  changeSetHookEvent,
  type HookEvent,
  type HookEventChange,
  type HookEventOptions,
  type ResourceHookEventOptions,
  resourceHookEvent,
  type StackHookEventOptions,
  stackHookEvent,
} from './hook-event.ts';
export type { RecordedResource } from './kept-types.ts';
export { type LambdaContextOptions, lambdaContext } from './lambda-context.ts';
export {
  type OperationMessageOptions,
  operationEvent,
  operationMessage,
  parameterParserEvent,
  type SqsRecord,
} from './operation-event.ts';
export {
  type PipelineArtifact,
  type PipelineJobBody,
  type PipelineJobEventOptions,
  pipelineJobEvent,
} from './pipeline-job-event.ts';
export type { RecordedCall, ScriptedAnswer } from './recorded-calls.ts';
export type { PlacedObject } from './recorded-objects.ts';
export type { FailedRequest } from './recorded-resources.ts';
export { type RecordingService, recordAnswers } from './recording-service.ts';
export {
  actionStartedEvent,
  executorJobEvent,
  type PolledJobOptions,
  polledJob,
  scheduledEvent,
  type WorkerJobEventOptions,
  workerJobEvent,
} from './worker-event.ts';
export {
  type WorkflowStepEventBody,
  type WorkflowStepEventOptions,
  workflowStepEvent,
} from './workflow-step-event.ts';
