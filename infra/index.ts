/** The CDK constructs of Ringback. */

export { BundleError, type BundleProblem } from './bundling/bundle-error.ts';
export { type BundleOptions, bundleHandler } from './bundling/bundle-handler.ts';
export type { Bundle, BundledFile } from './bundling/bundled-files.ts';
export type { ActionTypeProperty, ActionTypeUrls } from './constructs/action-type-properties.ts';
export { AdoptedFunction } from './constructs/adopted-function.ts';
export type { AdoptionProps, CallbackKind } from './constructs/adoption-props.ts';
export { BuildRunner, type BuildRunnerProps } from './constructs/build-runner.ts';
export { CallbackFunction } from './constructs/callback-function.ts';
export type { CallbackFunctionProps } from './constructs/callback-function-props.ts';
export { CloudControlPolicy, type CloudControlPolicyProps } from './constructs/cloud-control-policy.ts';
export {
  CustomActionJobs,
  type CustomActionJobsProps,
  type CustomActionTypeProps,
} from './constructs/custom-action-jobs.ts';
export {
  type CustomActionAdoptionProps,
  CustomActionWorker,
  type CustomActionWorkerProps,
} from './constructs/custom-action-worker.ts';
export { type CustomStepProps, CustomSteps, type CustomStepsProps } from './constructs/custom-steps.ts';
export type { EngineAccessProps } from './constructs/engine-access.ts';
export type { EngineProductType } from './constructs/engine-names.ts';
export { EngineQueues, type EngineQueuesProps } from './constructs/engine-queues.ts';
export { HandlerFunction } from './constructs/handler-function.ts';
export type { HandlerBundling, HandlerFunctionProps } from './constructs/handler-function-props.ts';
export { LaunchRole, type LaunchRoleProps } from './constructs/launch-role.ts';
export type { CallbackService } from './constructs/ledger-access.ts';
export { PipelineJobAction, type PipelineJobActionProps } from './constructs/pipeline-job-action.ts';
export { PipelineJobFunction, type PipelineJobFunctionProps } from './constructs/pipeline-job-function.ts';
export { PipelineJobs } from './constructs/pipeline-jobs.ts';
export { ProvisioningEngine, type ProvisioningEngineProps } from './constructs/provisioning-engine.ts';
export {
  type HookStackNames,
  type HookTargetOperation,
  ResourceHook,
  type ResourceHookProps,
} from './constructs/resource-hook.ts';
export { ResourceHookFunction, type ResourceHookFunctionProps } from './constructs/resource-hook-function.ts';
export { Ringback, type RingbackProps } from './constructs/ringback.ts';
export { RingbackDashboard } from './constructs/ringback-dashboard.ts';
export type { TerraformBuildProps, TerraformRelease } from './constructs/terraform-build-spec.ts';
export { TerraformEngine, type TerraformEngineProps } from './constructs/terraform-engine.ts';
export {
  ThirdPartyActionJobs,
  type ThirdPartyActionJobsProps,
  type ThirdPartyActionTypeProps,
} from './constructs/third-party-action-jobs.ts';
export {
  type ThirdPartyActionAdoptionProps,
  ThirdPartyActionWorker,
  type ThirdPartyActionWorkerProps,
} from './constructs/third-party-action-worker.ts';
export { TransferWorkflow, type TransferWorkflowProps } from './constructs/transfer-workflow.ts';
export type { UserParameters } from './constructs/user-parameters.ts';
export { type ArtifactCounts, WorkerAction, type WorkerActionProps } from './constructs/worker-action.ts';
export {
  type WorkflowStepAdoptionProps,
  WorkflowStepFunction,
  type WorkflowStepFunctionProps,
} from './constructs/workflow-step-function.ts';
export {
  type CopyStepProps,
  copyStep,
  decryptStep,
  deleteStep,
  type FilePlace,
  type FileSystemPlace,
  type SourceFile,
  type TagStepProps,
  tagStep,
  type UploadPlace,
  type WorkflowStepDefinition,
  type WorkflowStepProps,
} from './constructs/workflow-steps.ts';
