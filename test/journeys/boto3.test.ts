import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCloud } from '../../lib/local/index.ts';

const run = promisify(execFile);
const PROBE = fileURLToPath(new URL('fixtures/boto3_probe.py', import.meta.url));
// Older ones speak the query protocol with SQS, which the local cloud does not have.
const NEW_ENOUGH = 'import boto3; assert tuple(map(int, boto3.__version__.split(".")[:2])) >= (1, 29)';
const isMissing = spawnSync('python3', ['-c', NEW_ENOUGH]).status !== 0;
/** A guard only: starting Python and its clients takes seconds on a busy machine. */
const LIMIT_MS = 300_000;

describe.skipIf(isMissing)('boto3 (runs where `python3` has it from 1.29 on)', () => {
  it(
    'pages through lists, waits for what becomes, and knows errors by their classes',
    async () => {
      const cloud = await createLocalCloud();
      onTestFinished(() => cloud.stop());
      const { stdout } = await run('python3', [PROBE, cloud.endpoint]);
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
});
