import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { AwsCallError, callUntil, createConnection, systemTime, tryUntil } from '../../../lib/aws/index.ts';
import { fakeTime } from '../../../lib/testing/index.ts';

const failure = (details: Partial<ConstructorParameters<typeof AwsCallError>[1]> = {}) =>
  new AwsCallError('no', { code: 'X', fault: 'server', action: 'a:B', ...details });

describe('one try', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['five seconds', { leftMs: 60_000 }, 5_000],
    ['what the caller gives one', { leftMs: 60_000, tryMs: 2_000 }, 2_000],
    ['the time that is left', { leftMs: 3_000 }, 3_000],
    ['a second, where none is left', { leftMs: -1 }, 1_000],
  ])('of a silent service ends after %s', async (_what, { leftMs, ...options }, expected) => {
    const time = fakeTime();
    const silent = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const trying = tryUntil(silent, { until: time.now() + leftMs, time, ...options, isRetryable: () => false });
    const ended = expect(trying).rejects.toThrow(`no answer within ${expected} ms`);
    await vi.advanceTimersByTimeAsync(expected);
    await ended;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('between tries', () => {
  it.each([
    ['at random, up to a ceiling that doubles', {}, [25, 50, 100]],
    ['at least as long as the service asks', { retryAfterMs: 700 }, [700, 700, 700]],
  ])('it waits %s', async (_what, details, expected) => {
    const time = fakeTime();
    let tries = 0;
    const attempt = async () => {
      if (++tries < 4) throw failure(details);
      return 'done';
    };
    expect(await tryUntil(attempt, { until: time.now() + 10_000, time })).toBe('done');
    expect(time.sleeps).toEqual(expected);
  });

  it('gives up at once where the service asks for more time than is left, or where nothing will change', async () => {
    for (const error of [failure({ retryAfterMs: 20_000 }), failure({ fault: 'client' })]) {
      const time = fakeTime();
      await expect(tryUntil(() => Promise.reject(error), { until: time.now() + 10_000, time })).rejects.toBe(error);
      expect(time.sleeps).toEqual([]);
    }
  });
});

it.each([
  ['no try begins that would be cut short, where what it brings would be lost', true, 1],
  ['a try begins as long as any time is left, elsewhere', false, 2],
])('%s', async (_what, wholeTries, expected) => {
  const time = fakeTime();
  let tries = 0;
  const attempt = async () => {
    tries++;
    throw failure({ retryAfterMs: 700 });
  };
  await expect(tryUntil(attempt, { until: time.now() + 1_000, time, tryMs: 400, wholeTries })).rejects.toThrow('no');
  expect(tries).toBe(expected);
});

it('gives the last answer of the service where the last try heard nothing', async () => {
  const time = fakeTime();
  const down = failure({ status: 500 });
  const silence = failure({ fault: 'network', code: 'TimeoutError' });
  const errors = [silence, down, silence];
  const trying = tryUntil(() => Promise.reject(errors.shift() ?? silence), { until: time.now() + 160, time });
  await expect(trying).rejects.toBe(down);
  expect(errors).toEqual([]);
});

it.each([
  [408, true],
  [429, true],
  [413, false],
])('a bare status %i is worth another try: %s', (status, retryable) => {
  expect(failure({ fault: 'client', code: `Http${status}`, status }).retryable).toBe(retryable);
});

it('says what did not answer, and for how long', async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'x', AWS_ENDPOINT_URL };
  const api = { service: 'sqs', targetPrefix: 'AmazonSQS', jsonVersion: '1.0' } as const;
  const limits = { until: Date.now() + 120, time: systemTime };
  await expect(callUntil(createConnection({ env }), api, 'ListQueues', {}, limits)).rejects.toThrow(
    /sqs:ListQueues got no answer from 127\.0\.0\.1:\d+: no answer within \d+ ms/,
  );
});

it('tries at once, and on a new connection, where a kept one has died', async () => {
  let connections = 0;
  const requests = new WeakMap<object, number>();
  const server = createServer(({ socket }, response) => {
    const number = (requests.get(socket) ?? 0) + 1;
    requests.set(socket, number);
    if (number > 1) socket.resetAndDestroy();
    else response.end('{}');
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const connection = createConnection({
    region: 'us-east-1',
    env: { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'x' },
  });
  const time = fakeTime();
  let retries = 0;
  const call = () =>
    callUntil(
      connection,
      { service: 'x', targetPrefix: 'X', jsonVersion: '1.0' },
      'Ask',
      {},
      {
        until: time.now() + 10_000,
        time,
        onRetry: () => void retries++,
      },
    );
  expect([await call(), await call()]).toEqual([{}, {}]);
  expect({ connections, retries, waits: time.sleeps }).toEqual({ connections: 2, retries: 1, waits: [] });
});
