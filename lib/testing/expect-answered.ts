import { AssertionError } from 'node:assert';
import { inspect } from 'node:util';
import { InvalidOptionError } from '../core/errors.ts';
import type { RecordedCall } from './recorded-calls.ts';
import type { RecordingService } from './recording-service.ts';

/** What a service was told: of its end, or that the work goes on and comes again. */
export type ExpectedOutcome = (typeof OUTCOMES)[number];

const OUTCOMES = ['succeeded', 'failed', 'continued'] as const;

/**
 * Parts of a request: an object is met by one that has its members, a pattern by a text that it matches, a matcher of jest
 * or vitest (`expect.any(String)`) by what it takes, `undefined` by a member that is absent, anything else by what is equal.
 */
export type Expectation =
  | string
  | number
  | boolean
  | null
  | RegExp
  | readonly Expectation[]
  | { readonly [member: string]: Expectation | undefined };

/**
 * Checks that a service was told one thing, and what; for any test runner, since it throws an AssertionError.
 *
 * ```
 * await handler(pipelineJobEvent(), lambdaContext());
 * expectAnswered(service, 'failed', { failureDetails: { message: /not healthy/ } });
 * ```
 *
 * @param outcome - `continued`: it comes again, and nothing is decided
 * @param input - members that the request has to have, among others
 * @returns the answer, for checks of your own
 * @throws InvalidOptionError when there is no service, or no such outcome
 * @throws AssertionError that says what the service was told, where that is nothing, something else, or more than one thing
 */
export function expectAnswered(
  service: Pick<RecordingService, 'answers'>,
  outcome: ExpectedOutcome,
  input: Expectation = {},
): RecordedCall {
  check(service, outcome);
  const { answers } = service;
  const [answer] = answers;
  const told = answers.map((call) => `${call.operation} (${outcomeOf(call)}) ${show(call.input)}`).join('\n');
  if (answer === undefined) throw failure('nobody was answered', outcome, undefined);
  if (answers.length > 1)
    throw failure(`${answers.length} answers were given, instead of one:\n${told}`, outcome, answers);
  const actual = outcomeOf(answer);
  if (actual !== outcome) throw failure(`the answer is not "${outcome}":\n${told}`, outcome, actual);
  const misfit = misfitOf(answer.input, input, 'input');
  if (misfit !== undefined) throw failure(`${misfit}:\n${told}`, input, answer.input);
  return answer;
}

function check(service: Partial<RecordingService> | undefined | null, outcome: unknown): void {
  if (!Array.isArray(service?.answers)) {
    throw new InvalidOptionError('expectAnswered takes what recordAnswers gave, and the outcome');
  }
  if (OUTCOMES.includes(outcome as ExpectedOutcome)) return;
  throw new InvalidOptionError(`an outcome is ${OUTCOMES.join(', ')}, but not ${show(outcome)}`);
}

function outcomeOf({ operation, input }: RecordedCall): ExpectedOutcome {
  const status = String(input.Status ?? '');
  if (/Failure/.test(operation) || /^FAIL/.test(status)) return 'failed';
  return typeof input.continuationToken === 'string' && input.continuationToken !== '' ? 'continued' : 'succeeded';
}

/** Where a value is not as expected, in words; undefined where it is. */
function misfitOf(actual: unknown, expected: Expectation | undefined, path: string): string | undefined {
  if (expected instanceof RegExp) {
    // Unlike "test", "search" begins at the beginning with the flag g, too.
    const matches = typeof actual === 'string' && actual.search(expected) !== -1;
    return matches ? undefined : `${path} does not match ${expected}`;
  }
  if (isMatcher(expected)) {
    return expected.asymmetricMatch(actual) ? undefined : `${path} is ${show(actual)}, and not ${expected}`;
  }
  if (typeof expected !== 'object' || expected === null) {
    return Object.is(actual, expected) ? undefined : `${path} is ${show(actual)}, and not ${show(expected)}`;
  }
  if (typeof actual !== 'object' || actual === null) return `${path} is ${show(actual)}, and not ${show(expected)}`;
  if (Array.isArray(expected) && (!Array.isArray(actual) || actual.length !== expected.length)) {
    return `${path} is not a list of ${expected.length}`;
  }
  for (const [member, part] of Object.entries(expected)) {
    const misfit = misfitOf(
      (actual as Record<string, unknown>)[member],
      part as Expectation | undefined,
      `${path}.${member}`,
    );
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}

/** What jest and vitest make with `expect.any(String)` and its siblings. */
function isMatcher(expected: unknown): expected is { asymmetricMatch(actual: unknown): boolean } {
  return typeof (expected as Partial<Record<string, unknown>> | null)?.asymmetricMatch === 'function';
}

function failure(message: string, expected: unknown, actual: unknown): AssertionError {
  return new AssertionError({ message, expected, actual, operator: 'expectAnswered', stackStartFn: expectAnswered });
}

function show(value: unknown): string {
  return inspect(value, { depth: 6, breakLength: 100 });
}
