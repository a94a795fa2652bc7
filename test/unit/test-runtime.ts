import { type FakeTime, fakeTime, type RecordingService, recordAnswers } from 'ringback/testing';
import { createConnection } from '../../lib/aws/index.ts';
import { createMemoryLedger } from '../../lib/core/ledger/memory-ledger.ts';
import type { Runtime } from '../../lib/core/runtime.ts';
import { redactedLog } from '../../lib/core/secrets/log.ts';
import { createRedactor } from '../../lib/core/secrets/redactor.ts';
import { listenForStrayErrors } from '../../lib/core/stray-errors.ts';

/** A runtime against a recording service, its log kept in memory. */
export interface TestRuntime extends Runtime {
  readonly service: RecordingService;
  readonly time: FakeTime;
  /** Every log line, as JSON. */
  readonly lines: readonly string[];
  /** What was written to the output as it is. */
  readonly printed: readonly string[];
  close(): Promise<void>;
}

/**
 * Starts a recording service and a runtime that reports to it; its clock is a fake one.
 *
 * @param env - further variables of its connection, such as the endpoint of a queue
 */
export async function createTestRuntime(
  overrides: Partial<Runtime> = {},
  env: NodeJS.ProcessEnv = {},
): Promise<TestRuntime> {
  const service = await recordAnswers(env);
  const connection = createConnection({ env });
  const time = fakeTime();
  const redactor = createRedactor();
  const lines: string[] = [];
  const printed: string[] = [];
  const errorsToo = (_key: string, value: unknown) =>
    value instanceof Error ? { ...value, name: value.name, message: value.message } : value;
  const log = redactedLog((_level, message, fields) => {
    lines.push(JSON.stringify({ message, ...fields }, errorsToo));
  }, redactor);
  return {
    connection,
    connect: () => connection,
    ledger: createMemoryLedger(() => time.now()),
    ledgerName: 'a memory of its own',
    log,
    print: (line) => void printed.push(line),
    listenForStrayErrors,
    redactor,
    onCrash: 'fail',
    lastResort: true,
    uuid: () => crypto.randomUUID(),
    ...overrides,
    service,
    time,
    lines,
    printed,
    close: () => service.close(),
  };
}
