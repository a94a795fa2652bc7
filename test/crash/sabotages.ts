import { buildStory, queuedBuildStory } from './build-story.ts';
import { hookStory } from './hook-story.ts';
import type { Mutation } from './mutant.ts';
import { resourceStory } from './resource-story.ts';
import type { Story } from './story.ts';
import { thirdPartyStory } from './third-party-story.ts';
import type { Invariant } from './violation.ts';
import { workerStory } from './worker-story.ts';

const ANSWERING = 'lib/core/answer-delivery.ts';
const UPDATES = 'lib/core/ledger/entry-updates.ts';
const ACKNOWLEDGING = 'lib/core/acknowledge-ours.ts';

/** One line of the sources that is broken on purpose, and which cases must notice. */
export interface Sabotage extends Mutation {
  readonly what: string;
  readonly cases: readonly string[];
  readonly breaks: Invariant;
  /** @default pipelineStory */
  readonly story?: Story;
}

/** What a case of the matrix must notice. */
export const sabotages: readonly Sabotage[] = [
  {
    what: 'the decision is reported before it is stored',
    file: ANSWERING,
    from: 'const standing = await decide(attempt, end.decision, { owner }, runtime, lastMoment);',
    to: 'await tell(attempt, { entry, decision: end.decision, isOwn: false }, runtime, lastMoment); const standing = await decide(attempt, end.decision, { owner }, runtime, lastMoment);',
    cases: ['codepipeline/succeeds/Plain/alone/kill-after-3'],
    breaks: 'one answer',
  },
  {
    what: 'a delivery is put off before that is stored',
    file: ANSWERING,
    from: 'const inTheWay = await runtime.ledger.wait(key, owner, end.next, lastMoment);',
    to: 'await putOffAgain(attempt, { ...entry, run: end.next.run }, end.next, lastMoment); const inTheWay = await runtime.ledger.wait(key, owner, end.next, lastMoment);',
    cases: ['codepipeline/continues/Plain/alone/kill-after-3'],
    breaks: 'one answer',
  },
  {
    what: 'a decision overwrites the one that stands',
    file: UPDATES,
    from: "const undecided = '#status <> :status AND #version = :version';",
    to: "const undecided = '(#status <> :status OR #status = :status) AND #version = :version';",
    cases: ['codepipeline/succeeds/Plain/alone/each-kill-before-0'],
    breaks: 'one answer',
  },
  {
    what: 'nobody takes over from an attempt that died',
    file: UPDATES,
    from: 'AND #phase = :phase AND #owner = :deadOwner`',
    to: 'AND #phase = :phase AND #owner = :deadOwner AND #owner <> :deadOwner`',
    cases: ['codepipeline/succeeds/Plain/alone/kill-after-1'],
    breaks: 'the right answer',
  },
  {
    what: 'the logic runs again after a crash that nobody wanted repeated',
    file: 'lib/core/run-for-end.ts',
    from: "if (!died || onCrash !== 'fail') return undefined;",
    to: "if (!died || onCrash === 'fail') return undefined;",
    cases: ['codepipeline/succeeds/Plain/alone/kill-after-2'],
    breaks: 'work once',
  },
  {
    what: 'the handler throws after it has reported',
    file: 'lib/core/decide.ts',
    from: 'recordAnswer({ service, entry, by, isOwn, reported }, runtime);',
    to: "if (isOwn) throw new TypeError('sabotage');",
    cases: ['codepipeline/succeeds/Plain/alone/nothing'],
    breaks: 'the right answer',
  },
  {
    what: 'what the handler throws is not redacted',
    file: 'lib/core/answer-event.ts',
    from: 'throw exitError(error, redactor.redact);',
    to: 'throw error;',
    cases: ['codepipeline/asks-again-once/Plain/alone/nothing'],
    breaks: 'no secrets',
  },
  {
    what: 'a waiting entry keeps its old ticket',
    file: 'lib/core/next-run.ts',
    from: 'const next = { run: run + 1, keepsTicket: false,',
    to: 'const next = { run: run + 1, keepsTicket: true,',
    cases: ['codepipeline/defers-then-completed/Plain/alone/nothing'],
    breaks: 'no silence',
  },
  {
    what: 'complete reports to a ticket that its caller brought along',
    file: 'lib/core/complete.ts',
    from: '  const { ticket, acknowledged } = entry;',
    to: '  const { acknowledged } = entry; const ticket = { region: callback.region, data: { jobId: callback.id } }; if (entry.ticket === undefined) Object.assign(entry, { ticket });',
    cases: ['codepipeline/defers-then-completed/Plain/alone/nothing'],
    breaks: 'one answer',
  },
  {
    what: 'the last resort fails a delivery that only waited',
    file: 'lib/core/last-resort/answer-in-place.ts',
    from: "{ kind: 'nothing' } : found;",
    to: "{ kind: 'nothing' } : { kind: 'end', decision: failed };",
    cases: ['codepipeline/defers-then-completed/Plain/alone/each-kill-before-0'],
    breaks: 'the right answer',
  },
  {
    what: 'an acknowledgement is not noted',
    file: ACKNOWLEDGING,
    from: 'await ledger.noteAcknowledged(key, until);\n      // Acknowledged only now',
    to: '// Acknowledged only now',
    story: workerStory,
    cases: ['worker/dies-once/Plain/alone/nothing'],
    breaks: 'no answer to what is not ours',
  },
  {
    what: 'the note of an acknowledgement is not waited for',
    file: ACKNOWLEDGING,
    from: 'await ledger.noteAcknowledged(key, until);\n      // Acknowledged only now',
    // Late, so that the logic is faster on any machine.
    to: 'setTimeout(() => ledger.noteAcknowledged(key, until), 5_000);\n      // Acknowledged only now',
    story: workerStory,
    cases: ['worker/succeeds/Plain/alone/each-error-before-3'],
    breaks: 'no answer to what is not ours',
  },
  {
    what: 'the last resort takes a job for its own that nobody has acknowledged',
    file: 'lib/core/last-resort/is-ours.ts',
    from: "if (entry === undefined) return 'not ours';",
    to: "if (entry === undefined) return 'ours';",
    story: workerStory,
    cases: ['worker/succeeds/Plain/alone/each-kill-before-1'],
    breaks: 'no answer to what is not ours',
  },
  {
    what: "a customer's client token is not withheld",
    file: 'lib/codepipeline/services/third-party-job-service.ts',
    from: "secretMembers: ['nonce', 'clientToken'],",
    to: "secretMembers: ['nonce'],",
    story: thirdPartyStory,
    cases: ['third-party-worker/throws/Plain/alone/nothing'],
    breaks: 'no secrets',
  },
  {
    what: 'a request is looked at before its token is stored',
    file: 'lib/cloudcontrol/request-run.ts',
    from: 'progress: progressOf(subjectOf(next), status), mustBeStored: true',
    to: 'progress: progressOf(subjectOf(next), status), mustBeStored: false',
    story: resourceStory,
    cases: ['cloudcontrol/creates/Again/alone/nothing'],
    breaks: 'no request is lost',
  },
  {
    what: 'a request that is asked for again has another ClientToken',
    file: 'lib/cloudcontrol/client-token.ts',
    from: 'JSON.stringify([...work, ...request])',
    to: 'JSON.stringify([...work, ...request, Math.random()])',
    story: resourceStory,
    cases: ['cloudcontrol/creates/Again/alone/kill-after-3'],
    breaks: 'each resource once',
  },
  {
    what: 'what a create that failed names is deleted, though it was there before',
    file: 'lib/cloudcontrol/look-at-request.ts',
    from: "if (code === 'AlreadyExists' || code === 'ResourceConflict') return false;",
    to: "if (code === 'AlreadyExists') await run.turn.client.call('DeleteResource', { TypeName: run.plan.place.typeName, Identifier: identifier }); if (code === 'AlreadyExists') return false;",
    story: resourceStory,
    cases: ['cloudcontrol/finds-it-there/Again/alone/nothing'],
    breaks: 'each resource once',
  },
  {
    what: 'a hook that throws fails its function, so that it is asked three times for nothing',
    file: 'lib/hooks/answer-hook.ts',
    from: "if (isRingbackError(error) && error.code === 'RETRYABLE') throw error;",
    to: 'if (isRingbackError(error) || error instanceof Error) throw error;',
    story: hookStory,
    cases: ['hooks/throws/Plain/alone/nothing'],
    breaks: 'the right answer',
  },
  {
    what: 'work that begins again starts a build of its own',
    file: 'lib/codebuild/start-build.ts',
    from: '(await findBuild(checked.project, callback, call)) ?? (await start(checked, variables, callback, call))',
    to: "(await findBuild(checked.project, 'none', call)) ?? (await start(checked, variables, callback + Math.random(), call))",
    story: queuedBuildStory,
    cases: ['builds-queued/builds/Again/alone/kill-after-4'],
    breaks: 'work once',
  },
  {
    what: 'the last resort takes the success of a build for a failure',
    file: 'lib/core/last-resort/answer-for-execution.ts',
    from: 'if (!isSuccess) return fail(summary);',
    to: 'if (isSuccess) return fail(summary);',
    story: buildStory,
    cases: ['builds/builds/Plain/alone/nothing'],
    breaks: 'the right answer',
  },
];

/** One line that is broken, and the probe of fixtures/probes.ts that must notice. */
export interface ProbedSabotage extends Mutation {
  readonly what: string;
  readonly probe: string;
  readonly breaks: Invariant;
}

/** What no death of a process comes to. */
export const probedSabotages: readonly ProbedSabotage[] = [
  {
    what: 'an attempt decides although its lease is lost',
    file: UPDATES,
    from: "when: '#status = :inProgress AND #owner = :owner'",
    to: "when: '#status = :inProgress AND (#owner = :owner OR #owner <> :owner)'",
    probe: 'lease-lost',
    breaks: 'one answer',
  },
  {
    what: '"too late" overwrites what complete decided',
    file: 'lib/core/decide.ts',
    from: "if (state.kind !== 'unreadable') return standingOf(entry, isOwn);",
    to: "if (state.kind !== 'unreadable') return { entry, decision, isOwn: true };",
    probe: 'too-late',
    breaks: 'one answer',
  },
  {
    what: 'an entry that cannot be read is run',
    file: UPDATES,
    from: "const OPEN = '#status = :inProgress AND #version = :version';",
    to: "const OPEN = '#status = :inProgress AND (#version = :version OR #version <> :version)';",
    probe: 'unreadable-entry',
    breaks: 'work once',
  },
  {
    what: 'a damaged continuation token is taken for a first run',
    file: 'lib/core/delivery.ts',
    from: 'return { ...asked, problem: read.why };',
    to: 'return asked;',
    probe: 'damaged-token',
    breaks: 'work once',
  },
  {
    what: 'a client token that was renewed is not withheld',
    file: 'lib/core/call-result-api.ts',
    from: 'telling.secrets.add(...secretsOf(service, renewed));',
    to: '',
    probe: 'renewed-token',
    breaks: 'no secrets',
  },
];
