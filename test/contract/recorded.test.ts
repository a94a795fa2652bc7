import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalCloud } from '../../lib/local/cloud.ts';
import { recordedServices } from './facts/recorded-services.ts';
import { factsThat, type RecordedCloud, recordedCloud } from './recorded-cloud.ts';

describe.each(recordedServices)('recorded answers of $title', ({ prepare, speed = 1, facts }) => {
  let recorded: RecordedCloud;
  beforeAll(async () => {
    recorded = recordedCloud(await createLocalCloud({ speed }));
    await prepare?.(recorded);
  });
  afterAll(() => recorded.cloud.stop());

  it.each(factsThat('are held', facts))('%s', async (_name, { ask, answer }) => {
    expect(await ask(recorded)).toMatchObject(answer);
  });

  // They fail, so that it is noticed when the local cloud holds them.
  it.fails.each(factsThat('are not held', facts))('%s', async (_name, { ask, answer }) => {
    expect(await ask(recorded)).toMatchObject(answer);
  });
});
