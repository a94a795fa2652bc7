import { expect, it } from 'vitest';
import { createCrashAssembly, FIXTURES } from './assembly.ts';
import { buildStory } from './build-story.ts';
import { parseCaseId } from './crash-case.ts';
import { hookStory } from './hook-story.ts';
import { judgeAll } from './matrix.ts';
import { operationStory } from './operation-story.ts';
import { playStruck } from './play-struck.ts';
import { resourceStory } from './resource-story.ts';
import { createCaseRunner } from './run-cases.ts';
import type { Story } from './story.ts';
import { thirdPartyStory } from './third-party-story.ts';
import { transferStory } from './transfer-story.ts';
import { workerStory } from './worker-story.ts';

/**
 * One death at each kind of point, in the logic that has most of them. Where an event comes twice at one moment, the machine
 * decides which of the two makes a call, and so whether it goes well: the death is before it there.
 */
const CASES: readonly { readonly story: Story; readonly cases: readonly string[] }[] = [
  {
    story: transferStory,
    cases: [
      'succeeds/Plain/alone/kill-after-2',
      'succeeds/Plain/doubled/kill-before-3',
      'succeeds/Plain/unheard/nothing',
      'continues/Plain/alone/kill-before-4',
      'continues/Plain/alone/kill-after-4',
      'continues/Plain/alone/each-kill-before-0',
      'defers-then-completed/Plain/alone/kill-after-3',
      'defers-for-ever/Plain/alone/nothing',
    ],
  },
  {
    story: operationStory,
    cases: [
      'succeeds/Plain/alone/kill-after-2',
      'succeeds/Plain/alone/kill-after-4',
      'terminates/Plain/alone/kill-before-8',
      'continues/Plain/alone/kill-after-3',
      // Only a message that is handed out again and again can put a delivery off without announcing it.
      'continues/Plain/alone/each-kill-before-0',
      'defers-then-completed/Plain/alone/nothing',
      'asks-again-once/Plain/alone/nothing',
    ],
  },
  {
    story: workerStory,
    cases: [
      'succeeds/Plain/alone/kill-after-1',
      'succeeds/Plain/alone/kill-before-6',
      // Never claimed, and claimed, in all attempts that die.
      'succeeds/Plain/alone/each-kill-after-1',
      'succeeds/Plain/alone/each-kill-after-3',
      'succeeds-in-pairs/Plain/alone/kill-after-2',
      'dies-once/Plain/alone/nothing',
      'dies-once/Again/alone/nothing',
      'defers-then-completed/Plain/alone/nothing',
    ],
  },
  {
    story: thirdPartyStory,
    cases: [
      'succeeds/Plain/alone/kill-after-2',
      'succeeds/Plain/alone/each-kill-before-2',
      'throws/Plain/alone/nothing',
    ],
  },
  {
    story: resourceStory,
    cases: [
      // Asked, and neither heard nor stored.
      'creates/Again/alone/kill-after-3',
      'creates/Again/doubled/kill-before-4',
      'creates/Again/alone/lost-after-3',
      'creates/Again/alone/kill-after-8',
      'creates/Again/alone/each-kill-before-0',
      'creates/Plain/alone/kill-after-3',
      'ensures/Again/alone/kill-after-5',
      'makes-in-order/Again/alone/kill-after-9',
      'deletes/Again/alone/kill-after-10',
      'finds-it-there/Again/alone/kill-before-8',
      'leaves-a-remnant/Again/alone/kill-after-9',
    ],
  },
  {
    story: hookStory,
    cases: [
      'passes/Plain/alone/kill-before-1',
      'refuses/Plain/alone/kill-after-1',
      'refuses/Brief/alone/each-kill-after-1',
      'passes/Plain/alone/each-kill-before-1',
      'continues/Plain/alone/kill-after-2',
      'never-loads/Broken/alone/nothing',
    ],
  },
  {
    story: buildStory,
    cases: [
      // Before the build is asked for, asked for and not heard of, and started but not stored.
      'builds/Plain/alone/kill-before-4',
      'builds/Again/alone/kill-after-4',
      'builds/Again/alone/kill-after-5',
      'builds/Plain/doubled/nothing',
      // The last resort, around its decision.
      'builds/Plain/alone/kill-after-9',
      'builds/Plain/alone/kill-before-10',
      'builds/Plain/alone/kill-after-10',
      'builds-before-it-defers/Plain/alone/nothing',
      'build-fails/Plain/alone/nothing',
    ],
  },
];

it.each(CASES)(
  'every promise of $story.name is kept, wherever a process dies',
  async ({ story, cases }) => {
    const assembly = createCrashAssembly(FIXTURES, story.declare);
    try {
      const runner = await createCaseRunner(assembly.folder, story);
      try {
        const played = await playStruck(
          runner,
          cases.map((id) => parseCaseId(`${story.name}/${id}`)),
        );
        expect(judgeAll(played, runner, story).violations).toEqual([]);
      } finally {
        await runner.close();
      }
    } finally {
      assembly.remove();
    }
  },
  120_000,
);
