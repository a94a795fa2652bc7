/** The CDK constructs of Ringback. */

export { BundleError, type BundleProblem } from './bundling/bundle-error.ts';
export { type Bundle, type BundledFile, type BundleOptions, bundleHandler } from './bundling/bundle-handler.ts';
export { CallbackFunction, type CallbackFunctionProps } from './constructs/callback-function.ts';
export { type HandlerBundling, HandlerFunction, type HandlerFunctionProps } from './constructs/handler-function.ts';
export { PipelineJobAction, type PipelineJobActionProps } from './constructs/pipeline-job-action.ts';
export { PipelineJobFunction, type PipelineJobFunctionProps } from './constructs/pipeline-job-function.ts';
export { Ringback, type RingbackProps } from './constructs/ringback.ts';
export { RingbackDashboard } from './constructs/ringback-dashboard.ts';
export type { UserParameters } from './constructs/user-parameters.ts';
