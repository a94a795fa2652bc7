import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { onStopSignal } from '../../../lib/cli/stop-signals.ts';

let told: string[];
let forget: () => void;
beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  forget = onStopSignal((signal) => void told.push(signal));
});
afterEach(() => {
  forget();
  vi.useRealTimers();
});

it('a signal that a process gets twice at once tells it once', () => {
  process.emit('SIGTERM', 'SIGTERM');
  vi.advanceTimersByTime(100);
  process.emit('SIGTERM', 'SIGTERM');
  expect(told).toEqual(['SIGTERM']);
});

it('the same signal later, or another one, tells it again', () => {
  process.emit('SIGTERM', 'SIGTERM');
  process.emit('SIGINT', 'SIGINT');
  vi.advanceTimersByTime(1_000);
  process.emit('SIGINT', 'SIGINT');
  expect(told).toEqual(['SIGTERM', 'SIGINT', 'SIGINT']);
});
