import { expect, it } from 'vitest';
import { createCrashAssembly } from './assembly.ts';
import { SEED } from './fuzz-settings.ts';
import { judgeAll } from './matrix.ts';
import { pipelineStory } from './pipeline-story.ts';
import { randomCases } from './random-cases.ts';
import { createCaseRunner } from './run-cases.ts';

it(`keeps every promise under random schedules of faults (RINGBACK_SEED=${SEED})`, async () => {
  const assembly = createCrashAssembly();
  const runner = await createCaseRunner(assembly.folder, pipelineStory);
  try {
    const played = await runner.run(randomCases(pipelineStory, 48, SEED));
    expect(judgeAll(played, runner, pipelineStory).violations).toEqual([]);
    expect(played.filter(({ record }) => record.struck.length > 0).length).toBeGreaterThan(24);
  } finally {
    await runner.close();
    assembly.remove();
  }
}, 120_000);
