import { InvalidEventError } from '../core/errors.ts';
import { readObject, readText } from '../core/read-leniently.ts';

/** The event of a custom step, as far as it must be right: there is somebody to answer. */
export interface WorkflowStepEvent {
  readonly token: string;
  readonly serviceMetadata: {
    readonly executionDetails: { readonly workflowId: string; readonly executionId: string };
    readonly transferDetails?: Readonly<Record<string, unknown>>;
  };
  readonly fileLocation?: unknown;
}

/** Where the file of a step is. */
export type StepFileLocation =
  | {
      readonly domain: 'S3';
      readonly bucket: string;
      readonly key: string;
      /** Without quotation marks; absent where the event has none. */
      readonly eTag: string | undefined;
      /** Absent where the bucket keeps no versions. */
      readonly versionId: string | undefined;
    }
  | { readonly domain: 'EFS'; readonly fileSystemId: string; readonly path: string };

/** One delivery, read leniently. */
export interface StepData {
  readonly token: string;
  readonly workflowId: string;
  readonly executionId: string;
  readonly sessionId: string | undefined;
  readonly userName: string | undefined;
  readonly serverId: string | undefined;
  /** Absent where the event does not say, or says it in a way that cannot be read. */
  readonly file: StepFileLocation | undefined;
}

/** Tells whether an event is a custom step of Transfer Family that can be answered. */
export function isWorkflowStepEvent(event: unknown): event is WorkflowStepEvent {
  const { token, serviceMetadata } = readObject(event);
  const { workflowId, executionId } = readObject(readObject(serviceMetadata).executionDetails);
  return [token, workflowId, executionId].every((id) => typeof id === 'string' && id !== '');
}

/**
 * Reads the event of a custom step. Ids may have any form: samples in the documentation break their own patterns.
 *
 * @throws InvalidEventError that says what came instead, by member names only: the token is a secret
 */
export function readStepEvent(event: unknown): StepData {
  if (!isWorkflowStepEvent(event)) {
    throw new InvalidEventError(
      `expected the event of a Transfer Family custom step, {"token": ..., "serviceMetadata": {"executionDetails": {"workflowId": ..., "executionId": ...}}, "fileLocation": ...}, but got ${describe(event)}`,
    );
  }
  const { executionDetails, transferDetails } = event.serviceMetadata;
  const { sessionId, userName, serverId } = readObject(transferDetails);
  return {
    token: event.token,
    workflowId: executionDetails.workflowId,
    executionId: executionDetails.executionId,
    sessionId: readText(sessionId),
    userName: readText(userName),
    serverId: readText(serverId),
    file: readLocation(event.fileLocation),
  };
}

function readLocation(value: unknown): StepFileLocation | undefined {
  const location = readObject(value);
  const [bucket, key] = [readText(location.bucket), readText(location.key)];
  if (location.domain !== 'EFS' && bucket !== undefined && key !== undefined) {
    const eTag = readText(location.eTag)?.replaceAll('"', '');
    return { domain: 'S3', bucket, key, eTag, versionId: readText(location.versionId) };
  }
  const [fileSystemId, path] = [readText(location.fileSystemId), readText(location.path)];
  if (location.domain === 'S3' || fileSystemId === undefined || path === undefined) return undefined;
  return { domain: 'EFS', fileSystemId, path };
}

function describe(event: unknown): string {
  if (event === null || event === undefined) return String(event);
  if (Array.isArray(event)) return `an array of ${event.length}`;
  if (typeof event !== 'object') return `a ${typeof event}`;
  const members = Object.keys(event);
  if (members.length === 0) return 'an empty object';
  if (members.includes('token')) return 'a token without the ids of a workflow and its execution';
  const shown = members.slice(0, 8).map((member) => JSON.stringify(member.slice(0, 40)));
  return `an object with the members ${shown.join(', ')}${members.length > shown.length ? ', …' : ''}`;
}
