import { type AwsConnection, putEvent } from '../aws/index.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Redact } from '../core/secrets/redactor.ts';
import type { ToldFailure } from '../core/service.ts';
import { metricLine } from '../core/telemetry/metric-line.ts';
import { type NoticeTarget, noticeTarget } from './notice-target.ts';
import { createS3StepFile } from './s3-step-file.ts';

/** What telling may take: in milliseconds, and of the time that is left for the answer. */
const LONGEST_MS = 2_000;
const SHARE = 0.3;
/** The longest value of an object tag, in characters, and what may not stand in one (API Reference, S3Tag). */
const LONGEST_TAG_VALUE = 256;
const NOT_IN_TAGS = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]+/gu;

/**
 * Tells why a step failed, since its result API takes no reason: a metric, and where somebody was named an event and a
 * tag. It comes before the answer: at FAILURE the exception steps begin at once, and may move the object that is
 * tagged. Never throws.
 */
export async function tellFailure(
  { ticket, decision }: ToldFailure,
  { connect, log, print, time, redactor }: Runtime,
  until: number,
): Promise<void> {
  const notice: FailureNotice = { ...noticeTarget(ticket), reason: decision.reason, category: decision.category };
  const { settings, file } = notice;
  print(metricOf(notice, time.now()));
  const connection = connect(ticket.region);
  // The timer takes whole milliseconds only, and throws at a share of them.
  const signal = AbortSignal.timeout(Math.max(1, Math.floor(Math.min(LONGEST_MS, SHARE * (until - time.now())))));
  // Each is watched from its beginning: what is rejected while nobody waits for it ends a process.
  const orWarn = (what: string, attempt: Promise<void>) =>
    attempt.catch((error: unknown) => log.warn(`the ${what} that says why the step failed is not made`, { error }));
  const attempts: Promise<void>[] = [];
  if (settings.failureEventBus !== undefined) {
    const event = {
      eventBus: settings.failureEventBus,
      source: 'ringback.transfer',
      detailType: 'Workflow Step Failed',
      detail: detailOf(notice),
    };
    attempts.push(orWarn('event', putEvent(event, connection, signal)));
  }
  if (settings.failureTag !== undefined && file?.domain === 'S3') {
    attempts.push(orWarn('tag', putTag(notice, settings.failureTag, connection, signal, redactor.redact)));
  }
  await Promise.all(attempts);
}

/** A failure, and of what and to whom it is told. */
interface FailureNotice extends NoticeTarget {
  readonly reason: string;
  readonly category: string;
}

/** The failure as people and programs read it. */
function detailOf(notice: FailureNotice) {
  const { reason, category, workflowId, executionId, functionName = 'unknown', userName, serverId, file } = notice;
  return {
    reason,
    category,
    workflowId,
    executionId,
    functionName,
    ...(userName === undefined ? {} : { userName }),
    ...(serverId === undefined ? {} : { serverId }),
    ...(file === undefined
      ? {}
      : { file: file.domain === 'S3' ? `s3://${file.bucket}/${file.key}` : `efs://${file.fileSystemId}${file.path}` }),
  };
}

/** The metric `StepsFailed` in the namespace `Ringback`, by function and by workflow. */
function metricOf(notice: FailureNotice, timestamp: number): string {
  const { functionName, workflowId, ...detail } = detailOf(notice);
  const dimensionSets = [['FunctionName'], ['WorkflowId']];
  const group = { dimensionSets, metrics: { StepsFailed: { value: 1, unit: 'Count' } } } as const;
  const fields = { FunctionName: functionName, WorkflowId: workflowId, message: 'a workflow step failed', ...detail };
  return metricLine('Ringback', timestamp, [group], fields);
}

async function putTag(
  { file, reason }: FailureNotice,
  tag: string,
  connection: AwsConnection,
  signal: AbortSignal,
  redact: Redact,
): Promise<void> {
  if (file?.domain !== 'S3') return;
  const s3 = await import('../aws/s3/index.ts');
  const client = s3.createS3Client({ connection, signal, attempts: 2 });
  // Of an error the end matters: there stands the cause.
  const value = redact(reason)
    .replace(NOT_IN_TAGS, ' ')
    .replace(/ +/g, ' ')
    .trim()
    .slice(-LONGEST_TAG_VALUE)
    // A cut through a surrogate pair leaves half a character, which S3 refuses.
    .replace(/^[\udc00-\udfff]/, '');
  await createS3StepFile(file, async () => ({ client, s3 })).tag({ [tag]: value });
}
