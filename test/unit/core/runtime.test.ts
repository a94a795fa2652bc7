import { describe, expect, it, vi } from 'vitest';
import { environmentRuntime } from '../../../lib/core/runtime.ts';

const region = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'AKIAEXAMPLEEXAMPLE00', AWS_SECRET_ACCESS_KEY: 'x' };
const runtimeOf = (env: NodeJS.ProcessEnv = {}) => environmentRuntime({ ...region, ...env })();

describe('the runtime that the environment describes', () => {
  it('has a memory for a ledger and nothing else where nothing is set', () => {
    expect(runtimeOf()).toMatchObject({
      connection: { region: 'eu-central-1' },
      ledgerName: "this process's memory, since RINGBACK_LEDGER_TABLE is not set",
      continuationQueueUrl: undefined,
      outcomeEventBus: undefined,
      metricsNamespace: undefined,
      onCrash: 'fail',
      lastResort: false,
    });
  });

  it.each<[NodeJS.ProcessEnv, object]>([
    [{ RINGBACK_LEDGER_TABLE: 'answers' }, { ledgerName: 'the table answers' }],
    [{ RINGBACK_LEDGER_TABLE: '' }, { ledgerName: expect.stringContaining('memory') }],
    [{ RINGBACK_CONTINUATION_QUEUE_URL: 'https://q/' }, { continuationQueueUrl: 'https://q/' }],
    [{ RINGBACK_CONTINUATION_QUEUE_URL: '' }, { continuationQueueUrl: undefined }],
    [{ RINGBACK_OUTCOME_EVENT_BUS: 'bus' }, { outcomeEventBus: 'bus' }],
    [{ RINGBACK_OUTCOME_EVENT_BUS: '' }, { outcomeEventBus: undefined }],
    [{ RINGBACK_METRICS_NAMESPACE: 'Shop' }, { metricsNamespace: 'Shop' }],
    [{ RINGBACK_METRICS_NAMESPACE: '' }, { metricsNamespace: undefined }],
    [{ RINGBACK_LAST_RESORT: 'true' }, { lastResort: true }],
    [{ RINGBACK_LAST_RESORT: 'yes' }, { lastResort: false }],
    [{ RINGBACK_ON_CRASH: 'retry' }, { onCrash: 'retry' }],
    [{ RINGBACK_ON_CRASH: '' }, { onCrash: 'fail' }],
  ])('has what is set: %j', (env, expected) => {
    expect(runtimeOf(env)).toMatchObject(expected);
  });

  it('is refused where a process has no choice of that name for a crash', () => {
    expect(() => runtimeOf({ RINGBACK_ON_CRASH: 'maybe' })).toThrow(
      'RINGBACK_ON_CRASH must be fail or retry, but is "maybe"',
    );
    expect(() => runtimeOf({ RINGBACK_ON_CRASH: 'maybe' })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
  });

  it('is made once, when it is first asked for', () => {
    const env: NodeJS.ProcessEnv = {};
    const provide = environmentRuntime(env);
    Object.assign(env, region);
    expect(provide()).toBe(provide());
  });

  it('connects to its own region by the connection that it has, and to another by a new one', () => {
    const { connection, connect } = runtimeOf();
    expect(connect('eu-central-1')).toBe(connection);
    expect(connect('us-east-1')).toMatchObject({ region: 'us-east-1' });
  });

  it('shares its memory with every other runtime of the process', async () => {
    const asked = { key: 'codepipeline#shared', run: 1, ticket: { region: 'eu-central-1', data: {} } };
    const lease = { owner: 'one', requestId: 'r', until: Date.now() + 60_000 };
    await runtimeOf().ledger.take(asked, lease, Number.POSITIVE_INFINITY);
    expect(await runtimeOf().ledger.read('codepipeline#shared', Number.POSITIVE_INFINITY)).toMatchObject(asked);
  });

  it('gives ids that differ, and prints a line as it is', () => {
    const { uuid, print } = runtimeOf();
    expect(uuid()).toMatch(/^[0-9a-f-]{36}$/);
    expect(uuid()).not.toBe(uuid());
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      print('{"a":1}');
      expect(write.mock.calls.map(([line]) => line)).toEqual(['{"a":1}\n']);
    } finally {
      write.mockRestore();
    }
  });

  it('leaves out a line that the output does not take', () => {
    const { print } = runtimeOf();
    const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => {
      throw new Error('the output is closed');
    });
    try {
      expect(() => print('{"a":1}')).not.toThrow();
      expect(write).toHaveBeenCalledOnce();
    } finally {
      write.mockRestore();
    }
  });
});
