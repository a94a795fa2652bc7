import { expect, it } from 'vitest';
import { createRequestStore } from '../../../../lib/local/cloudcontrol/request-store.ts';
import type { Clock } from '../../../../lib/local/kernel/clock.ts';

const HOUR_MS = 3_600_000;

function storeAt(start: number) {
  let now = start;
  let tokens = 0;
  const clock = { now: () => now } as Clock;
  const store = createRequestStore({ clock, uuid: () => `token-${++tokens}` });
  return { store, pass: (ms: number) => (now += ms) };
}

const request = { typeName: 'AWS::S3::Bucket', operation: 'CREATE', clientToken: 'mine', fingerprint: 'a' } as const;

it('forgets a client token after 36 hours', () => {
  const { store, pass } = storeAt(0);
  store.add(request);
  pass(36 * HOUR_MS - 1);
  expect(store.repeated('mine', 'a')?.requestToken).toBe('token-1');
  expect(() => store.repeated('mine', 'b')).toThrow('associated with an existing operation with RequestToken token-1');
  pass(1);
  expect(store.repeated('mine', 'b')).toBeUndefined();
});

it('forgets a request after 7 days', () => {
  const { store, pass } = storeAt(0);
  store.add(request);
  pass(7 * 24 * HOUR_MS - 1);
  expect(store.get('token-1').status).toBe('IN_PROGRESS');
  pass(1);
  expect(() => store.get('token-1')).toThrow('Request with token token-1 was not found');
});
