import { afterAll, vi } from 'vitest';

// The files of a worker share its clock: one that left a false one behind would hold up those that come after it.
afterAll(() => {
  if (Date.name === 'Date') return;
  vi.useRealTimers();
  throw new Error('this file leaves a false clock behind: vi.useRealTimers() at the end of all that may still set it');
});
