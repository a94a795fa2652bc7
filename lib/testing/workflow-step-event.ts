import { randomUUID } from 'node:crypto';
import { checkOptions } from '../core/check-options.ts';
import { describeValue, isString, type OptionKind, objectWith } from '../core/option-kinds.ts';

/** What {@link workflowStepEvent} may be told; everything else is filled in. */
export interface WorkflowStepEventOptions {
  /** @defaultValue a new one */
  readonly token?: string;
  /** @defaultValue 'w-1234567890abcdef0' */
  readonly workflowId?: string;
  /** @defaultValue a new one */
  readonly executionId?: string;
  /** @defaultValue 'myuser' */
  readonly userName?: string;
  /** @defaultValue 's-1234567890abcdef0' */
  readonly serverId?: string;
  /** Where the file is. @defaultValue an object of a bucket without versions */
  readonly file?:
    | { readonly bucket: string; readonly key: string; readonly eTag?: string; readonly versionId?: string }
    | { readonly fileSystemId: string; readonly path: string };
}

const isFile: OptionKind = (value) => {
  if (objectWith('bucket', 'key')(value) === undefined) return undefined;
  if (objectWith('fileSystemId', 'path')(value) === undefined) return undefined;
  return `must be { bucket, key } or { fileSystemId, path } of texts, but is ${describeValue(value)}`;
};

const OPTIONS = {
  token: isString,
  workflowId: isString,
  executionId: isString,
  userName: isString,
  serverId: isString,
  file: isFile,
} satisfies Record<keyof WorkflowStepEventOptions, OptionKind>;

/** The event of a custom step in a Transfer Family workflow. */
export interface WorkflowStepEventBody {
  readonly token: string;
  readonly serviceMetadata: {
    readonly executionDetails: { readonly workflowId: string; readonly executionId: string };
    readonly transferDetails: { readonly sessionId: string; readonly userName: string; readonly serverId: string };
  };
  readonly fileLocation:
    | {
        readonly domain: 'S3';
        readonly bucket: string;
        readonly key: string;
        readonly eTag: string;
        readonly versionId: string | null;
      }
    | { readonly domain: 'EFS'; readonly fileSystemId: string; readonly path: string };
}

/**
 * The event of a custom step, in the shape that Transfer Family sends.
 *
 * @throws InvalidOptionError when it is told something else
 */
export function workflowStepEvent(options: WorkflowStepEventOptions = {}): WorkflowStepEventBody {
  checkOptions('workflowStepEvent', options, OPTIONS);
  const {
    token = Buffer.from(randomUUID()).toString('base64'),
    workflowId = 'w-1234567890abcdef0',
    executionId = randomUUID(),
    userName = 'myuser',
    serverId = 's-1234567890abcdef0',
    file = { bucket: 'upload-bucket', key: 'myuser/report.csv' },
  } = options;
  return {
    token,
    serviceMetadata: {
      executionDetails: { workflowId, executionId },
      transferDetails: { sessionId: '36688ff5d2deda8c', userName, serverId },
    },
    fileLocation:
      'path' in file
        ? { domain: 'EFS', ...file }
        : { domain: 'S3', eTag: 'd8e8fca2dc0f896fd7cb4cb0031ba249', ...file, versionId: file.versionId ?? null },
  };
}
