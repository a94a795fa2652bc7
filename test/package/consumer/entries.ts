import { complete, decodeCallback, encodeCallback, type Outcome, RingbackError, succeed } from 'ringback';
import { startBuild } from 'ringback/codebuild';
import { type PipelineJob, pipelineJob } from 'ringback/codepipeline';
import { type ResourceHook, resourceHook } from 'ringback/hooks';
import { Ringback } from 'ringback/infra';
import { lastResort } from 'ringback/last-resort';
import { createLocalCloud, type LocalCloud } from 'ringback/local';
import { type TerraformOperation, terraformEngine } from 'ringback/terraform';
import { lambdaContext, pipelineJobEvent, type RecordingService, recordAnswers } from 'ringback/testing';

/* Touches a value and a type of each entry, so that the compiler has to find both. */

export type Found = [Outcome, PipelineJob, ResourceHook, LocalCloud, RecordingService, TerraformOperation];

export const values = [
  complete,
  decodeCallback,
  encodeCallback,
  RingbackError,
  startBuild,
  pipelineJob,
  resourceHook,
  Ringback,
  lastResort,
  createLocalCloud,
  terraformEngine,
  lambdaContext,
  pipelineJobEvent,
  recordAnswers,
];

// @ts-expect-error: the types are real ones and not `any`
succeed(1);
