import { describe, expect, it, onTestFinished } from 'vitest';
import { createConnection } from '../../../lib/aws/index.ts';
import { stopExecution } from '../../../lib/core/stop-execution.ts';
import { createTestRuntime } from '../test-runtime.ts';

const stop = {
  api: { service: 'codepipeline', targetPrefix: 'CodePipeline_20150709', jsonVersion: '1.1' },
  operation: 'PutJobSuccessResult',
  input: { jobId: '00000000-0000-0000-0000-000000000001' },
} as const;
const by = { who: 'complete' } as const;

/** Stops the execution of an entry by a call that is recorded: the calls, the log, and how long it was tried. */
async function stopped(more: object, who: object = by, failures = 0) {
  const runtime = await createTestRuntime();
  onTestFinished(() => runtime.close());
  const regions: string[] = [];
  const connect = (region: string) => {
    regions.push(region);
    return runtime.connection;
  };
  const down = { errorCode: 'InternalServerError', status: 500 };
  runtime.service.script(...Array.from({ length: failures }, () => down));
  const entry = { key: 'codepipeline#x', region: 'us-east-1', execution: { id: 'build', stop }, ...more };
  const start = runtime.time.now();
  await stopExecution(entry as never, who as never, { ...runtime, connect });
  const lines = runtime.lines.map((line) => JSON.parse(line));
  return { calls: runtime.service.calls.length, regions, lines, tookMs: runtime.time.now() - start };
}

describe('what an answer was left to', () => {
  it('is stopped where it works, once it was decided without it', async () => {
    expect(await stopped({})).toMatchObject({
      calls: 1,
      regions: ['us-east-1'],
      lines: [{ message: expect.stringContaining('stopped'), id: 'x', executionId: 'build' }],
    });
  });

  it.each<[string, object, object]>([
    ['there is nothing', { execution: undefined }, by],
    ['it answered by itself', {}, { ...by, isExecution: true }],
  ])('is left alone where %s', async (_why, more, who) => {
    expect(await stopped(more, who)).toEqual({ calls: 0, regions: [], lines: [], tookMs: 0 });
  });

  it('is tried for three seconds, and goes on where that fails: nobody is owed it', async () => {
    const { lines, tookMs } = await stopped({}, by, 100);
    expect(lines).toMatchObject([{ message: expect.stringContaining('could not be stopped'), executionId: 'build' }]);
    expect(tookMs).toBeGreaterThan(1_000);
    expect(tookMs).toBeLessThan(3_000);
  });

  it('is not stopped where nobody can connect, and nothing is thrown', async () => {
    const connect = () => createConnection({ region: 'no region' });
    const runtime = await createTestRuntime({ connect });
    onTestFinished(() => runtime.close());
    const entry = { key: 'codepipeline#x', region: 'us-east-1', execution: { id: 'build', stop } };
    await stopExecution(entry as never, by, runtime);
    expect(runtime.lines).toHaveLength(1);
  });
});
