import { describe, expect, it } from 'vitest';
import { createCrashAssembly, FIXTURES } from './assembly.ts';
import { parseCaseId } from './crash-case.ts';
import { judgeAll } from './matrix.ts';
import { createMutant, type Mutation } from './mutant.ts';
import { pipelineStory } from './pipeline-story.ts';
import { createCaseRunner } from './run-cases.ts';
import type { Story } from './story.ts';
import { thirdPartyStory } from './third-party-story.ts';
import type { Invariant, Violation } from './violation.ts';
import { workerStory } from './worker-story.ts';

const HANDLING = 'lib/core/answer-delivery.ts';
const LEDGER = 'lib/core/entry-persistence.ts';
const CLAIMING = 'lib/core/claiming.ts';

interface Sabotage extends Mutation {
  readonly what: string;
  readonly cases: readonly string[];
  readonly breaks: Invariant;
  /** @default pipelineStory */
  readonly story?: Story;
}

const sabotages: readonly Sabotage[] = [
  {
    what: 'the decision is reported before it is stored',
    file: HANDLING,
    from: 'decision = await ledger.decide(callback, redacted(runtime, next), lastMoment);',
    to: 'await reportRenewed({ service, callback, decision: redacted(runtime, next), secrets: attempt.secrets }, runtime, lastMoment); decision = await ledger.decide(callback, redacted(runtime, next), lastMoment);',
    cases: ['codepipeline/succeeds/Plain/alone/kill-after-3'],
    breaks: 'one answer',
  },
  {
    what: 'a decision overwrites the one that stands',
    file: LEDGER,
    from: "'attribute_not_exists(#status) OR #status <> :status'",
    to: "'attribute_not_exists(#status) OR attribute_exists(#status)'",
    cases: ['codepipeline/defers-after-completed/Plain/alone/nothing'],
    breaks: 'one answer',
  },
  {
    what: 'nobody takes over from a process that died',
    file: LEDGER,
    from: '#run = :run AND #lease < :now',
    to: '#run = :run AND #lease < :now AND #lease > :now',
    cases: ['codepipeline/succeeds/Plain/alone/kill-after-1'],
    breaks: 'the right answer',
  },
  {
    what: 'the logic runs again after a crash that nobody wanted repeated',
    file: HANDLING,
    from: "if (died && attempt.onCrash === 'fail') {",
    to: "if (died && attempt.onCrash === 'sabotage') {",
    cases: ['codepipeline/succeeds/Plain/alone/kill-after-2'],
    breaks: 'work once',
  },
  {
    what: 'the handler throws after it has reported',
    file: HANDLING,
    from: "log.info(reported.alreadySettled ? 'settled already' : 'answered', {",
    to: "if (reported.decision) throw new TypeError('sabotage'); log.info(reported.alreadySettled ? 'settled already' : 'answered', {",
    cases: ['codepipeline/succeeds/Plain/alone/nothing'],
    breaks: 'the right answer',
  },
  {
    what: 'what the handler throws is not redacted',
    file: 'lib/core/handler.ts',
    from: 'throw redactError(error, runtime.redactor);',
    to: 'throw error;',
    cases: ['codepipeline/asks-again-once/Plain/alone/nothing'],
    breaks: 'no secrets',
  },
  {
    what: 'a worker leaves no mark behind its claim',
    file: CLAIMING,
    from: 'return ledger.putState(claimMarkKey(callback), mark, until);',
    to: "return mark === 'claimed' ? Promise.resolve() : ledger.putState(claimMarkKey(callback), mark, until);",
    story: workerStory,
    cases: ['worker/dies-once/Plain/alone/nothing'],
    breaks: 'the right answer',
  },
  {
    what: 'the last resort takes a job for its own that nobody has claimed',
    file: CLAIMING,
    from: "(entry === undefined || entry.released)) return 'unclaimed';",
    to: "(entry === undefined || entry.released)) return 'ours';",
    story: workerStory,
    cases: ['worker/succeeds/Plain/alone/each-kill-before-1'],
    breaks: 'no answer to what is not ours',
  },
  {
    what: "a customer's client token is not withheld",
    file: 'lib/codepipeline/worker/third-party-job-worker.ts',
    from: 'secrets: [...delivery.secrets, clientToken]',
    to: 'secrets: delivery.secrets',
    story: thirdPartyStory,
    cases: ['third-party-worker/throws/Plain/alone/nothing'],
    breaks: 'no secrets',
  },
];

async function play(story: Story, ids: readonly string[], mutation?: Mutation): Promise<readonly Violation[]> {
  const { declare } = story;
  const assembly = mutation === undefined ? createCrashAssembly(FIXTURES, declare) : createMutant(mutation, declare);
  try {
    const runner = await createCaseRunner(assembly.folder, story);
    try {
      return judgeAll(await runner.run(ids.map(parseCaseId)), runner, story).violations;
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
    60_000,
  );

  it.each([pipelineStory, workerStory, thirdPartyStory])(
    'finds nothing in the same cases of $name where nothing was broken',
    async (story) => {
      const same = sabotages.filter((sabotage) => (sabotage.story ?? pipelineStory) === story);
      const ids = same.flatMap(({ cases }) => cases);
      expect(await play(story, ids)).toEqual([]);
    },
    60_000,
  );
});
