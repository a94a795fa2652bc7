import { isDeepStrictEqual } from 'node:util';
import type { PlayRecord, RecordedCall } from './play-record.ts';

/** An answer to a job, and what it must say. */
export interface ExpectedJobAnswer {
  readonly result: 'Success' | 'Failure';
  readonly variables?: Readonly<Record<string, string>>;
  readonly message?: RegExp;
  readonly continued?: boolean;
}

const fails = (message: RegExp): ExpectedJobAnswer => ({ result: 'Failure', message });
const succeeds = (variables?: Readonly<Record<string, string>>): ExpectedJobAnswer => ({
  result: 'Success',
  ...(variables === undefined ? {} : { variables }),
});
const continues: ExpectedJobAnswer = { result: 'Success', continued: true };

type Expectation = (ordinal: number, record: PlayRecord, answer: RecordedCall) => ExpectedJobAnswer;

/** What each kind of logic must come to, job by job, where nothing goes wrong. */
const expectations: Readonly<Record<string, Expectation>> = {
  succeeds: () => succeeds({ Answer: '42' }),
  'succeeds-in-pairs': () => succeeds({ Answer: '42' }),
  'returns-nothing': () => succeeds(),
  fails: () => fails(/^the work cannot be done$/),
  throws: () => fails(/^no answer with the key \[withheld\]$/),
  'returns-nonsense': () => fails(/^the logic returned number 42/),
  oversized: () => fails(/130.?005 bytes together.*Large/),
  continues: (ordinal) => (ordinal === 1 ? continues : succeeds({ Run: '2' })),
  'continues-with-much': (ordinal) => (ordinal === 1 ? continues : succeeds({ Kept: 'true' })),
  'defers-then-completed': deferred,
  'defers-after-completed': deferred,
  'defers-for-ever': deferred,
  hangs: () => fails(/^did not end within|timed out|without a word/),
  blocks: () => fails(/timed out after 2 s|without a word|^did not end within/),
  'dies-once': (_ordinal, { calls }) =>
    calls.filter(({ action }) => action === 'work').length > 1 ? succeeds({ Answer: '42' }) : fails(/without a word/),
  'asks-again-once': () => succeeds({ Answer: '42' }),
  'asks-again-always': () => fails(/gave up: never, says \[withheld\] in 3 attempts/),
  'runs-out-of-memory': () => fails(/ran out of (time or )?memory/),
  'throws-astray': () => fails(/^thrown where nobody catches it$/),
  'never-loads': () => fails(/Broken.*the settings of this function are incomplete/),
};

/** A deferred job is continued until a decision stands in its entry, and then answered with that. */
function deferred(_ordinal: number, { standing, deliveries }: PlayRecord, { input, callbackId }: RecordedCall) {
  if (input?.continuationToken !== undefined) return continues;
  const decision = standing.get(deliveries.get(callbackId)?.key ?? '');
  return decision?.kind === 'succeeded' ? succeeds({ By: 'completer' }) : fails(/was left to somebody else/);
}

/** Whether an answer to a job is what a kind of logic must come to where nothing goes wrong. */
export function isNominalJobAnswer(kind: string, ordinal: number, answer: RecordedCall, record: PlayRecord): boolean {
  const expected = expectations[kind]?.(ordinal, record, answer);
  if (expected === undefined || !answer.action.endsWith(`Job${expected.result}Result`)) return false;
  const { outputVariables, failureDetails, continuationToken } = answer.input;
  if ((continuationToken !== undefined) !== (expected.continued ?? false)) return false;
  if (expected.message !== undefined && !expected.message.test(failureDetails?.message ?? '')) return false;
  return expected.variables === undefined || isDeepStrictEqual(outputVariables, expected.variables);
}
