import { AwsCallError, type AwsConnection, callJson } from '../aws/index.ts';
import type { Decision } from '../core/decision.ts';
import type { Log } from '../core/log.ts';
import type { StepData } from './step-event.ts';
import type { StepSettings } from './step-settings.ts';

/** What is told of a step that failed, since its result API takes no reason. */
export interface FailureNotice {
  readonly data: StepData;
  readonly decision: Decision & { readonly kind: 'failed' };
  readonly functionName: string;
}

/** What telling needs. */
export interface NoticeEnvironment {
  readonly settings: Pick<StepSettings, 'failureEventBus' | 'failureTag'>;
  readonly connection: AwsConnection;
  readonly log: Log;
  /** Writes one line to the function's log, as it is. */
  readonly writeLine: (line: string) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** How long event and tag may take together, in milliseconds. */
  readonly withinMs: number;
}

const EVENTS_API = { service: 'events', targetPrefix: 'AWSEvents', jsonVersion: '1.1' } as const;
/** The longest value of an object tag, in characters, and what may not stand in one (API Reference, S3Tag). */
const LONGEST_TAG_VALUE = 256;
const NOT_IN_TAGS = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]+/gu;

/** Tells why a step failed: a metric, and where somebody was named an event and a tag. Never throws. */
export async function tellFailure(notice: FailureNotice, environment: NoticeEnvironment): Promise<void> {
  const { settings, log, writeLine, now } = environment;
  writeLine(JSON.stringify(metricLine(notice, now())));
  // The timer takes whole milliseconds only, and throws at a share of them.
  const signal = AbortSignal.timeout(Math.max(1, Math.floor(environment.withinMs)));
  const attempts: [what: string, attempt: Promise<void>][] = [];
  if (settings.failureEventBus !== undefined) {
    attempts.push(['event', putEvent(notice, settings.failureEventBus, environment.connection, signal)]);
  }
  if (settings.failureTag !== undefined && notice.data.file?.domain === 'S3') {
    attempts.push(['tag', putTag(notice, settings.failureTag, environment.connection, signal)]);
  }
  for (const [what, attempt] of attempts) {
    await attempt.catch((error: unknown) =>
      log.warn(`the ${what} that says why the step failed is not made`, { error }),
    );
  }
}

/** The failure as people and programs read it. */
function detailOf({ data, decision, functionName }: FailureNotice) {
  const { file } = data;
  return {
    reason: decision.reason,
    category: decision.category,
    workflowId: data.workflowId,
    executionId: data.executionId,
    functionName,
    ...(data.userName === undefined ? {} : { userName: data.userName }),
    ...(data.serverId === undefined ? {} : { serverId: data.serverId }),
    ...(file === undefined
      ? {}
      : { file: file.domain === 'S3' ? `s3://${file.bucket}/${file.key}` : `efs://${file.fileSystemId}${file.path}` }),
  };
}

/**
 * A line of CloudWatch's embedded metric format: metric `StepsFailed` in the namespace `Ringback`, by function and by
 * workflow.
 *
 * See https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
function metricLine(notice: FailureNotice, timestamp: number): object {
  const { functionName, workflowId, ...detail } = detailOf(notice);
  return {
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: [
        {
          Namespace: 'Ringback',
          Dimensions: [['FunctionName'], ['WorkflowId']],
          Metrics: [{ Name: 'StepsFailed', Unit: 'Count' }],
        },
      ],
    },
    FunctionName: functionName,
    WorkflowId: workflowId,
    StepsFailed: 1,
    message: 'a workflow step failed',
    ...detail,
  };
}

async function putEvent(
  notice: FailureNotice,
  eventBus: string,
  connection: AwsConnection,
  signal: AbortSignal,
): Promise<void> {
  const entry = {
    Source: 'ringback.transfer',
    DetailType: 'Workflow Step Failed',
    Detail: JSON.stringify(detailOf(notice)),
    EventBusName: eventBus,
  };
  const answer = (await callJson(connection, EVENTS_API, 'PutEvents', { Entries: [entry] }, { signal })) as {
    FailedEntryCount?: number;
    Entries?: readonly { readonly ErrorCode?: string; readonly ErrorMessage?: string }[];
  };
  if (!answer.FailedEntryCount) return;
  const { ErrorCode = 'Unknown', ErrorMessage = '' } = answer.Entries?.[0] ?? {};
  throw new AwsCallError(`events:PutEvents took no event: ${ErrorCode}: ${ErrorMessage}`, {
    code: ErrorCode,
    fault: 'server',
    action: 'events:PutEvents',
  });
}

async function putTag(
  { data, decision }: FailureNotice,
  tag: string,
  connection: AwsConnection,
  signal: AbortSignal,
): Promise<void> {
  if (data.file?.domain !== 'S3') return;
  const s3 = await import('../aws/s3/index.ts');
  const client = s3.createS3Client({ connection, signal, attempts: 2 });
  // Of an error the end matters: there stands the cause.
  const value = decision.reason.replace(NOT_IN_TAGS, ' ').replace(/ +/g, ' ').trim().slice(-LONGEST_TAG_VALUE);
  await s3.putObjectTags(client, data.file, { ...(await s3.getObjectTags(client, data.file)), [tag]: value });
}
