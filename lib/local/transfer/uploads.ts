import { AwsError } from '../kernel/aws-error.ts';
import type { CloudEvents } from '../kernel/events.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Execution, UploadSession } from './execution.ts';
import type { ExecutionEngine } from './execution-engine.ts';
import type { FileLocation } from './file-location.ts';
import type { ServerStore, ServerUser, WorkflowDetail } from './server-store.ts';
import type { WorkflowStore } from './workflow-store.ts';

/** What uploads start executions with. */
export interface UploadParts {
  readonly kernel: Kernel;
  readonly workflows: WorkflowStore;
  readonly servers: ServerStore;
  readonly engine: ExecutionEngine;
}

/** The burst of new executions that a workflow takes, and how many come back each second (user guide, quotas). */
const BURST = 100;
const PER_SECOND = 1;

/** Starts executions, as a server does when a file has arrived. */
export interface Uploads {
  /** Starts the workflow. @throws AwsError when its role cannot be assumed, or too many start at once */
  begin(detail: WorkflowDetail, file: FileLocation, session: UploadSession): Execution;
  /** Takes objects that the developer or a server's user puts into a home directory as that user's uploads. */
  watch(): () => void;
}

/** Creates the way in for files. */
export function createUploads({ kernel, workflows, servers, engine }: UploadParts): Uploads {
  const buckets = new Map<string, { left: number; at: number }>();

  /** Executions beyond the burst are dropped, not queued. */
  function admit(workflowId: string): boolean {
    const now = kernel.clock.now();
    const bucket = buckets.get(workflowId) ?? { left: BURST, at: now };
    const left = Math.min(BURST, bucket.left + ((now - bucket.at) / 1000) * PER_SECOND);
    const admitted = left >= 1;
    buckets.set(workflowId, { left: admitted ? left - 1 : left, at: now });
    return admitted;
  }

  function begin(detail: WorkflowDetail, file: FileLocation, session: UploadSession): Execution {
    const workflow = workflows.get(detail.workflowId);
    const context = { 'aws:SourceArn': workflow.arn, 'aws:SourceAccount': kernel.accountId };
    const service = kernel.identity.service('transfer.amazonaws.com');
    kernel.identity.authorize(service, 'sts:AssumeRole', detail.executionRole, context);
    if (!admit(workflow.id)) {
      const event = { service: 'transfer', resource: workflow.id, state: 'THROTTLED' };
      kernel.events.emit('state', { ...event, detail: `the upload of ${session.userName} starts no execution` });
      throw new AwsError('ThrottlingException', `workflow ${workflow.id} takes no more executions now`);
    }
    const execution = engine.start({ workflow, roleArn: detail.executionRole, file, session });
    workflows.record(execution);
    return execution;
  }

  function take(object: CloudEvents['objectCreated']): void {
    const { bucket, key, eTag, versionId, size, principal } = object;
    const root = `arn:${kernel.partition}:iam::${kernel.accountId}:root`;
    const user = servers
      .usersAt(bucket, key)
      .find((candidate) => principal === root || isSessionOf(candidate.roleArn, principal));
    const detail = user && servers.server(user.serverId)?.onUpload;
    // The service starts no workflow for an empty file.
    if (user === undefined || detail === undefined || size === 0) return;
    const file = { domain: 'S3', bucket, key, eTag: eTag.replaceAll('"', '') } as const;
    try {
      mayPut(kernel, user, bucket, key);
      begin(detail, versionId === undefined || versionId === 'null' ? file : { ...file, versionId }, {
        serverId: user.serverId,
        userName: user.userName,
        sessionId: newSessionId(kernel),
      });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const message = `the upload of s3://${bucket}/${key} by ${user.userName} starts no workflow: ${error.message}`;
      kernel.events.emit('notice', { message });
    }
  }

  return { begin, watch: () => kernel.events.on('objectCreated', take) };
}

/** An id of a session in the form of the documentation's examples. */
export function newSessionId(kernel: Kernel): string {
  return kernel.uuid().replaceAll('-', '').slice(-16);
}

/** Over SFTP the file would have come under the user's role. @throws AwsError AccessDenied */
function mayPut(kernel: Kernel, user: ServerUser, bucket: string, key: string): void {
  const principal = kernel.identity.role(user.roleArn);
  kernel.identity.authorize(principal, 's3:PutObject', `arn:${kernel.partition}:s3:::${bucket}/${key}`);
}

function isSessionOf(roleArn: string, principal: string): boolean {
  if (principal === roleArn) return true;
  const name = roleArn.split('/').at(-1) ?? '';
  return principal.includes(`:assumed-role/${name}/`);
}
