import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCloud } from '../../lib/local/index.ts';

const run = promisify(execFile);
const probe = (name: string) => fileURLToPath(new URL(`fixtures/${name}.py`, import.meta.url));
/** Those of the path and of the distribution: versions before 1.29 speak the query protocol with SQS, and are met as such. */
const PYTHONS = [...new Set(['python3', '/usr/bin/python3'].map(versionOf))].filter((found) => found !== undefined);

/** The interpreter and its boto3, or nothing where that is missing. */
function versionOf(python: string): string | undefined {
  const { status, stdout } = spawnSync(python, ['-c', 'import boto3; print(boto3.__version__)'], { encoding: 'utf8' });
  return status === 0 ? `${stdout.trim()} of ${python}` : undefined;
}

/** A guard only: starting Python and its clients takes seconds on a busy machine. */
const LIMIT_MS = 300_000;

describe('boto3', () => {
  it.skipIf(PYTHONS.length > 0)('is not here: these run where `python3` has it', () => {});

  it.each(PYTHONS)(
    '%s pages through lists, waits for what becomes, and knows errors by their classes',
    async (found) => {
      const cloud = await createLocalCloud();
      onTestFinished(() => cloud.stop());
      const { stdout } = await run(found.split(' of ')[1] ?? '', [probe('boto3_probe'), cloud.endpoint]);
      expect(JSON.parse(stdout)).toEqual({
        list_objects_v2: [2, 2, 1],
        list_tables: [2, 1],
        scan: expect.arrayContaining([2, 2, 1]),
        list_queues: [2, 1],
        receive_message: ['hello'],
        QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
        list_roles: [2, 1],
        list_rules: [2, 1],
        describe_log_groups: [2, 1],
      });
    },
    LIMIT_MS,
  );

  it.each(PYTHONS)(
    '%s uses every operation of SQS, and finds its errors by their classes',
    async (found) => {
      const cloud = await createLocalCloud();
      onTestFinished(() => cloud.stop());
      const { stdout } = await run(found.split(' of ')[1] ?? '', [probe('boto3_sqs_probe'), cloud.endpoint]);
      expect(JSON.parse(stdout)).toEqual({
        tags: { team: 'blue', note: 'a & <b>' },
        sources: true,
        url: true,
        body: 'one\r\n<two> & ü',
        attributes: { text: 'ü\r\n', count: '7', bytes: "b'\\x00\\xff'" },
        received: '1',
        sent: ['a'],
        failed: [['b', 'InvalidParameterValue', true]],
        changed: ['a'],
        deleted: ['a'],
        errors: {
          PurgeQueueInProgress: 'AWS.SimpleQueueService.PurgeQueueInProgress',
          QueueNameExists: 'QueueAlreadyExists',
          EmptyBatchRequest: 'AWS.SimpleQueueService.EmptyBatchRequest',
          ReceiptHandleIsInvalid: 'ReceiptHandleIsInvalid',
        },
        left: true,
      });
    },
    LIMIT_MS,
  );
});
