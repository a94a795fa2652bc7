export type { ExtractedFiles, ExtractOptions, PathFilter } from '../archive/index.ts';
export type { AwsCredentials } from '../aws/index.ts';
export { ArtifactError } from '../core/artifact-error.ts';
export type { InvocationContext } from '../core/deadline.ts';
export { ConfigurationError, PermissionError, RetryableError, UnavailableError } from '../core/errors.ts';
export type { BatchResponse, LambdaHandler } from '../core/handler.ts';
export type { HandlerOptions } from '../core/handler-parts.ts';
export { continueAfter, defer } from '../core/outcome.ts';
export type { Schema } from '../core/schema.ts';
export type { ProvisioningArtifact } from './artifact/provisioning-artifact.ts';
export type { ProvisioningOperation, TerminateOperation } from './operation.ts';
export type { OperationIdentity } from './operation-message.ts';
export { type OperationType, operationTypes } from './operation-type.ts';
export { fail, type OperationDetails, type OperationOutput, succeed } from './outcomes.ts';
export { type ParserHandler, type ParserLogic, type ParserRequest, parameterParser } from './parameter-parser.ts';
export { ParserError, type ParserErrorName } from './parser-error.ts';
export type { ParserParameter, ParserResponse, ProductParameter } from './parser-response.ts';
export {
  type EngineLogic,
  type EngineOptions,
  type OperationLogic,
  type OperationOutcome,
  provisioningEngine,
} from './provisioning-engine.ts';
export { TRACER_TAG_KEY, type TracerTag } from './tracer-tag.ts';
