import { AwsError } from '../kernel/aws-error.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { FunctionPort, ObjectPort } from '../kernel/ports.ts';
import type { LocalService } from '../kernel/service.ts';
import model from '../models/transfer.json' with { type: 'json' };
import { createCallbackStore } from './callbacks.ts';
import type { ExecutionResult } from './execution.ts';
import { createExecutionEngine } from './execution-engine.ts';
import { createOperations } from './operations.ts';
import { type TransferOverview, transferOverview } from './overview.ts';
import { createResources } from './resources.ts';
import { s3File } from './s3-steps.ts';
import { createServerStore } from './server-store.ts';
import { createUploads, newSessionId } from './uploads.ts';
import { createWorkflowStore } from './workflow-store.ts';

/** What Transfer Family reaches of the other services. */
export interface TransferOptions {
  readonly functions: FunctionPort;
  readonly objects: ObjectPort;
}

/** A file that has arrived at a server which need not be declared; see {@link TransferService.upload}. */
export interface Upload {
  readonly workflowId: string;
  /** The ARN of the role that the workflow runs under. */
  readonly executionRole: string;
  /** An object that exists, or a file of a file system. */
  readonly file:
    | { readonly bucket: string; readonly key: string }
    | { readonly fileSystemId: string; readonly path: string };
  /** @defaultValue 'uploader' */
  readonly userName?: string;
  /** @defaultValue 's-00000000000000000' */
  readonly serverId?: string;
}

/** Transfer Family, and the ways to use and follow it inside the process. */
export interface TransferService extends LocalService {
  /**
   * Plays a server that has a declared workflow attached and whose user has just uploaded a file.
   *
   * @returns the id of the execution
   * @throws AwsError when the workflow or the object does not exist, the file is empty, or too many start at once
   */
  upload(upload: Upload): string;
  /** Resolves when the execution has ended. @throws AwsError ResourceNotFoundException */
  waitForExecution(workflowId: string, executionId: string): Promise<ExecutionResult>;
  /** The ids of a workflow's executions, oldest first. @throws AwsError ResourceNotFoundException */
  executionIds(workflowId: string): readonly string[];
  /** How things stand, with the executions that have ended. */
  overview(): TransferOverview;
}

/** Creates Transfer Family (JSON 1.1): it runs managed workflows for uploaded files, without a file transfer protocol. */
export function createTransfer(kernel: Kernel, { functions, objects }: TransferOptions): TransferService {
  const workflows = createWorkflowStore();
  const servers = createServerStore();
  const callbacks = createCallbackStore(() => kernel.uuid());
  const engine = createExecutionEngine({ kernel, functions, objects, callbacks });
  const uploads = createUploads({ kernel, workflows, servers, engine });
  let unwatch: (() => void) | undefined;

  return {
    name: 'transfer',
    json: {
      targetPrefix: 'TransferService',
      jsonVersion: '1.1',
      model,
      validationErrorCode: 'InvalidRequestException',
      operations: createOperations({ kernel, workflows, callbacks }),
    },
    resources: createResources({ kernel, model, workflows, servers }),
    start() {
      unwatch ??= uploads.watch();
    },
    stop() {
      unwatch?.();
      unwatch = undefined;
      engine.stop();
    },
    upload({ workflowId, executionRole, file, userName = 'uploader', serverId = 's-00000000000000000' }) {
      const execution = uploads.begin({ workflowId, executionRole }, locate(kernel, objects, file), {
        serverId,
        userName,
        sessionId: newSessionId(kernel),
      });
      return execution.id;
    },
    async waitForExecution(workflowId, executionId) {
      const execution = workflows.execution(workflowId, executionId);
      await engine.ended(execution);
      return execution;
    },
    overview: () => transferOverview(workflows, servers),
    executionIds: (workflowId) => workflows.executions(workflowId).map(({ id }) => id),
  };
}

function locate(kernel: Kernel, objects: ObjectPort, file: Upload['file']) {
  if ('path' in file) return { domain: 'EFS', ...file } as const;
  // Any key that was not handed out is the developer's own.
  const object = objects.get(kernel.identity.principalOf('developer'), file.bucket, file.key);
  if (object.size > 0) return s3File(object);
  throw new AwsError('InvalidRequestException', `s3://${file.bucket}/${file.key} is empty, which starts no workflow`);
}
