import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Scenario, Stage } from '../../lib/local/scenarios/scenario.ts';
import { largePayments, PAYMENTS_HEADER, paymentLine } from './payments.ts';
import { watchMemory } from './watch-memory.ts';

const STACK = 'RingbackTransfer';
const service = 'transfer';
const LARGE_FILE_BYTES = 200_000_000;
/** Node takes about 100 by itself; a file of this size, held as bytes or text, would not fit into the rest. */
const MOST_MEMORY_MB = 280;

/** Switches on the SFTP server of the example, whose uploads start the workflow; here it costs nothing. */
export const withSftpServer = { SftpServer: 'true' } as const;

/** The scenarios of the example workflow. */
export const transferScenarios: readonly Scenario[] = [
  {
    name: 'transfer-good-file',
    service,
    title: 'a partner uploads payments; they are checked, stored with their checksum, tagged and taken away',
    async run(stage) {
      const content = PAYMENTS_HEADER + paymentLine(1) + paymentLine(2);
      const { bucket, store, s3 } = await upload(stage, 'payments.csv', content, 'COMPLETED');
      const sidecar = await read(s3, store, 'accepted/payments.csv.sha256');
      const sha256 = createHash('sha256').update(content).digest('hex');
      expectSame('the checksum', sidecar, `${sha256}  payments.csv\n`);
      expectSame('the accepted file', await read(s3, store, 'accepted/payments.csv'), content);
      expectSame('its tag', await tagOf(s3, store, 'accepted/payments.csv', 'Checked'), 'yes');
      await expectGone(s3, bucket, 'partner/payments.csv');
      return { expected: 1 };
    },
  },
  {
    name: 'transfer-bad-file',
    service,
    title: 'a file has a wrong amount; the exception steps put it into quarantine, tagged with the reason',
    async run(stage) {
      const content = PAYMENTS_HEADER + paymentLine(1) + paymentLine(2).replace('0012.50', 'twelve');
      const { bucket, store, s3 } = await upload(stage, 'wrong.csv', content, 'EXCEPTION');
      expectSame('the quarantined file', await read(s3, store, 'quarantine/wrong.csv'), content);
      expectSame(
        'its tag',
        await tagOf(s3, store, 'quarantine/wrong.csv', 'RingbackFailure'),
        'wrong.csv is refused: line 3: amount is no number',
      );
      const report = JSON.parse(await read(s3, store, 'quarantine/wrong.csv.rejected.json')) as { problems: unknown };
      expectSame('the report', JSON.stringify(report.problems), '["line 3: amount is no number"]');
      await expectGone(s3, bucket, 'partner/wrong.csv');
      return { expected: 1 };
    },
  },
  {
    name: 'transfer-large-file',
    service,
    title: `a file of ${LARGE_FILE_BYTES / 1_000_000} MB is checked in flat memory`,
    async run(stage) {
      const { length, stream } = largePayments(LARGE_FILE_BYTES);
      const memory = watchMemory(stage.cloud);
      try {
        const { store, s3 } = await upload(stage, 'large.csv', stream, 'COMPLETED', length);
        const { ContentLength } = await s3.send(new HeadObjectCommand({ Bucket: store, Key: 'accepted/large.csv' }));
        expectSame('the size of the accepted file', String(ContentLength), String(length));
      } finally {
        memory.stop();
      }
      const peak = memory.peakMb();
      if (peak !== undefined && peak > MOST_MEMORY_MB) {
        throw new Error(`the function took ${Math.round(peak)} MB for it, and at most ${MOST_MEMORY_MB} were expected`);
      }
      return { expected: 1 };
    },
  },
];

/** Puts a file where the partner's SFTP client would, and follows the execution that it starts. */
async function upload(
  { client, cloud, deployment }: Stage,
  name: string,
  Body: string | Readable,
  expected: string,
  ContentLength?: number,
) {
  const outputs = deployment.stacks.find((stack) => stack.name === STACK)?.outputs ?? {};
  const { WorkflowId, UploadBucketName, UploadPrefix, StoreBucketName } = outputs as Record<string, string>;
  if (!WorkflowId || !UploadBucketName || !UploadPrefix || !StoreBucketName) {
    throw new Error(`${STACK} lacks one of the outputs WorkflowId, UploadBucketName, UploadPrefix, StoreBucketName`);
  }
  const before = new Set(cloud.transfer.executionIds(WorkflowId));
  const s3 = new S3Client(client);
  const Key = UploadPrefix + name;
  await s3.send(
    new PutObjectCommand({
      Bucket: UploadBucketName,
      Key,
      Body,
      ...(ContentLength === undefined ? {} : { ContentLength }),
    }),
  );
  const started = cloud.transfer.executionIds(WorkflowId).find((id) => !before.has(id));
  if (started === undefined) throw new Error(`the upload of ${Key} started no execution of ${WorkflowId}`);
  const { status, steps, onExceptionSteps } = await cloud.transfer.waitForExecution(WorkflowId, started);
  const failed = [...steps, ...onExceptionSteps].filter((step) => step.error !== undefined);
  const causes = failed.map((step) => `${step.name}: ${step.error?.type}: ${step.error?.message}`).join('; ');
  if (status !== expected)
    throw new Error(`the execution ended ${status}, not ${expected}${causes ? ` (${causes})` : ''}`);
  if (failed.some((step) => onExceptionSteps.includes(step))) throw new Error(`an exception step failed: ${causes}`);
  return { bucket: UploadBucketName, store: StoreBucketName, s3 };
}

async function read(s3: S3Client, Bucket: string, Key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? '';
}

async function tagOf(s3: S3Client, Bucket: string, Key: string, tag: string): Promise<string | undefined> {
  const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key }));
  return TagSet?.find((candidate) => candidate.Key === tag)?.Value;
}

async function expectGone(s3: S3Client, Bucket: string, Key: string): Promise<void> {
  const found = await s3.send(new HeadObjectCommand({ Bucket, Key })).then(
    () => true,
    () => false,
  );
  if (found) throw new Error(`s3://${Bucket}/${Key} is still there`);
}

function expectSame(what: string, found: string | undefined, expected: string): void {
  if (found !== expected)
    throw new Error(`${what} is ${JSON.stringify(found)}, but ${JSON.stringify(expected)} was expected`);
}
