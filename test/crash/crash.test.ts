import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CrashAssembly, createCrashAssembly } from './assembly.ts';
import { runMatrix } from './matrix.ts';
import { pipelineStory } from './pipeline-story.ts';
import { type CaseRunner, createCaseRunner } from './run-cases.ts';
import { shortForm } from './short-form.ts';

let assembly: CrashAssembly;
let runner: CaseRunner;
beforeAll(async () => {
  assembly = createCrashAssembly();
  runner = await createCaseRunner(assembly.folder, pipelineStory);
});
afterAll(async () => {
  await runner?.close();
  assembly?.remove();
});

describe('the short form of the crash matrix', () => {
  it('keeps every promise, wherever a process dies', async () => {
    const { points, cases, violations, waits } = await runMatrix(runner, pipelineStory, undefined, shortForm);
    expect(violations).toEqual([]);
    // Fewer would mean that the harness no longer sees the calls, and proves nothing.
    expect(points).toBeGreaterThanOrEqual(35);
    expect(cases).toBeGreaterThanOrEqual(50);
    expect([...waits.keys()]).toEqual(
      expect.arrayContaining([
        'the function itself',
        'its first retry',
        'the last resort',
        'the last resort, one life later',
      ]),
    );
  }, 120_000);
});
