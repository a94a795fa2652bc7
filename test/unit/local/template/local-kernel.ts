import { createHash } from 'node:crypto';
import { createClock } from '../../../../lib/local/kernel/clock.ts';
import { createEventStream } from '../../../../lib/local/kernel/events.ts';
import type { Kernel } from '../../../../lib/local/kernel/kernel.ts';

/** A kernel for tests that create resources and nothing else. */
export function localKernel(overrides: Partial<Kernel> = {}): Kernel {
  const unused = () => {
    throw new Error('no identity is expected to be used');
  };
  let ids = 0;
  return {
    clock: createClock(),
    events: createEventStream(),
    identity: { issue: unused, principalOf: unused, service: unused, role: unused, authorize: unused },
    accountId: '111122223333',
    region: 'eu-west-1',
    partition: 'aws',
    dataDir: '',
    uuid: () => createHash('sha256').update(String(ids++)).digest('hex').slice(0, 32),
    random: () => 0.5,
    endpoint: () => 'http://127.0.0.1:4566',
    ...overrides,
  };
}
