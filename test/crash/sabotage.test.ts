import { describe, expect, it } from 'vitest';
import { createCrashAssembly } from './assembly.ts';
import { parseCaseId } from './crash-case.ts';
import { judgeAll } from './matrix.ts';
import { createMutant, type Mutation } from './mutant.ts';
import { pipelineStory } from './pipeline-story.ts';
import { createCaseRunner } from './run-cases.ts';
import type { Invariant, Violation } from './violation.ts';

const HANDLING = 'lib/core/answer-delivery.ts';
const LEDGER = 'lib/core/entry-persistence.ts';

const sabotages: readonly (Mutation & { what: string; cases: readonly string[]; breaks: Invariant })[] = [
  {
    what: 'the decision is reported before it is stored',
    file: HANDLING,
    from: 'decision = await ledger.decide(callback, redacted(runtime, next), lastMoment);',
    to: 'await report(service, callback, redacted(runtime, next), runtime, lastMoment); decision = await ledger.decide(callback, redacted(runtime, next), lastMoment);',
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
    from: 'const reported = await report(service, callback, decision, runtime, lastMoment);',
    to: "const reported = await report(service, callback, decision, runtime, lastMoment); if (reported.decision) throw new TypeError('sabotage');",
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
];

async function play(
  create: () => ReturnType<typeof createCrashAssembly>,
  ids: readonly string[],
): Promise<readonly Violation[]> {
  const assembly = create();
  try {
    const runner = await createCaseRunner(assembly.folder, pipelineStory);
    try {
      return judgeAll(await runner.run(ids.map(parseCaseId)), runner, pipelineStory).violations;
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
    async ({ cases, breaks, ...mutation }) => {
      const violations = await play(() => createMutant(mutation), cases);
      expect(violations.map(({ invariant }) => invariant)).toContain(breaks);
      expect(new Set(violations.map(({ caseId }) => caseId))).toEqual(new Set(cases));
    },
    60_000,
  );

  it('finds nothing in the same cases where nothing was broken', async () => {
    const ids = sabotages.flatMap(({ cases }) => cases);
    expect(await play(() => createCrashAssembly(), ids)).toEqual([]);
  }, 60_000);
});
