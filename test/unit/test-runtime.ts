import { type FakeTime, fakeTime, type RecordingService, recordAnswers } from 'ringback/testing';
import { createConnection } from '../../lib/aws/index.ts';
import { createMemoryLedger } from '../../lib/core/memory-ledger.ts';
import { createRedactor } from '../../lib/core/redact.ts';
import type { Runtime } from '../../lib/core/runtime.ts';

/** A runtime against a recording service, its log kept in memory. */
export interface TestRuntime extends Runtime {
  readonly service: RecordingService;
  readonly time: FakeTime;
  /** Every log line, as JSON. */
  readonly lines: readonly string[];
  close(): Promise<void>;
}

/** Starts a recording service and a runtime that reports to it; its clock is a fake one. */
export async function createTestRuntime(overrides: Partial<Runtime> = {}): Promise<TestRuntime> {
  const env: NodeJS.ProcessEnv = {};
  const service = await recordAnswers(env);
  const connection = createConnection({ env });
  const time = fakeTime();
  const redactor = createRedactor();
  const lines: string[] = [];
  const write = (message: string, fields = {}) => {
    const errorsToo = (key: string, value: unknown) =>
      redactor.replacer(key, value instanceof Error ? { name: value.name, message: value.message } : value);
    lines.push(JSON.stringify({ message, ...fields }, errorsToo));
  };
  return {
    connection,
    connect: () => connection,
    ledger: createMemoryLedger(() => time.now()),
    log: { debug: write, info: write, warn: write, error: write },
    redactor,
    onCrash: 'fail',
    lastResort: true,
    uuid: () => crypto.randomUUID(),
    ...overrides,
    service,
    time,
    lines,
    close: () => service.close(),
  };
}
