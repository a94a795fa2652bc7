import { expect, it } from 'vitest';
import { createCrashAssembly } from './assembly.ts';
import { outages, playOutages } from './outages.ts';
import { pipelineStory } from './pipeline-story.ts';

it('answers after a short outage of the ledger, as if nothing had been', async () => {
  const assembly = createCrashAssembly();
  try {
    const [short] = await playOutages(assembly.folder, pipelineStory, outages.slice(0, 1));
    expect(short?.seen).toEqual(short?.expected);
  } finally {
    assembly.remove();
  }
}, 60_000);
