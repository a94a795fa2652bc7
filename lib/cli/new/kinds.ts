import { actionExecutorKind } from './action-executor.ts';
import { hookKind } from './hook.ts';
import { jobWorkerKind } from './job-worker.ts';
import type { HandlerKind } from './kind.ts';
import { pipelineJobKind } from './pipeline-job.ts';
import { provisioningEngineKind } from './provisioning-engine.ts';
import { resourceRequestKind } from './resource-request.ts';
import { thirdPartyJobWorkerKind } from './third-party-job-worker.ts';
import { workflowStepKind } from './workflow-step.ts';

/** What `ringback new` can write, by name. */
export const kinds: Readonly<Record<string, HandlerKind>> = {
  'pipeline-job': pipelineJobKind,
  'job-worker': jobWorkerKind,
  'third-party-job-worker': thirdPartyJobWorkerKind,
  'action-executor': actionExecutorKind,
  'workflow-step': workflowStepKind,
  'provisioning-engine': provisioningEngineKind,
  'resource-request': resourceRequestKind,
  hook: hookKind,
};
