import { describe, expect, it } from 'vitest';
import { createCrashAssembly, FIXTURES } from './assembly.ts';
import { buildStory, queuedBuildStory } from './build-story.ts';
import { parseCaseId } from './crash-case.ts';
import { hookStory } from './hook-story.ts';
import { judgeAll } from './matrix.ts';
import { copyMutant, createMutant, type Mutation } from './mutant.ts';
import { pipelineStory } from './pipeline-story.ts';
import { playStruck } from './play-struck.ts';
import { resourceStory } from './resource-story.ts';
import { createCaseRunner } from './run-cases.ts';
import { runProbe, SOURCES } from './run-probe.ts';
import { probedSabotages, sabotages } from './sabotages.ts';
import type { Story } from './story.ts';
import { thirdPartyStory } from './third-party-story.ts';
import type { Violation } from './violation.ts';
import { workerStory } from './worker-story.ts';

/** A guard only: each takes some seconds, and longer on a busy machine. */
const LIMIT_MS = 300_000;

async function play(story: Story, ids: readonly string[], mutation?: Mutation): Promise<readonly Violation[]> {
  const { declare } = story;
  const assembly = mutation === undefined ? createCrashAssembly(FIXTURES, declare) : createMutant(mutation, declare);
  try {
    const runner = await createCaseRunner(assembly.folder, story);
    try {
      return judgeAll(await playStruck(runner, ids.map(parseCaseId)), runner, story).violations;
    } finally {
      await runner.close();
    }
  } finally {
    assembly.remove();
  }
}

describe('the crash matrix', () => {
  it.each(sabotages)(
    'notices when $what',
    async ({ cases, breaks, story = pipelineStory, ...mutation }) => {
      const violations = await play(story, cases, mutation);
      expect(violations.map(({ invariant }) => invariant)).toContain(breaks);
      expect(new Set(violations.map(({ caseId }) => caseId))).toEqual(new Set(cases));
    },
    LIMIT_MS,
  );

  it.each([pipelineStory, workerStory, thirdPartyStory, resourceStory, hookStory, buildStory, queuedBuildStory])(
    'finds nothing in the same cases of $name where nothing was broken',
    async (story) => {
      const same = sabotages.filter((sabotage) => (sabotage.story ?? pipelineStory) === story);
      const ids = new Set(same.flatMap(({ cases }) => cases));
      expect(await play(story, [...ids])).toEqual([]);
    },
    LIMIT_MS,
  );
});

describe('a probe', () => {
  it.each(probedSabotages)(
    'notices when $what, and finds nothing where nothing was broken',
    async ({ probe, breaks, ...mutation }) => {
      expect(await runProbe(probe, SOURCES)).toEqual([]);
      const { folder, remove } = copyMutant(mutation);
      try {
        expect((await runProbe(probe, folder)).join('\n')).toContain(`${breaks}:`);
      } finally {
        remove();
      }
    },
    LIMIT_MS,
  );
});
